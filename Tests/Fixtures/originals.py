"""Writes `originals.json.gz` beside this script: what timm's and torchvision's own modules compute.

    python Tests/Fixtures/originals.py

needs PyTorch, timm and torchvision of builds that match. Each case is a small network of one family in Double with the
hash fill of `Tests/Golden/Numbers/README.md` under its library's own keys: the state dict's keys and
shapes, which of them are trained, the logits of a batch of two, the mean cross-entropy, g.v and v.Hv.
"""

import gzip
import json
import math
import pathlib

import numpy
import timm
import torch
import torchvision
from timm.models import convnext, mlp_mixer, pit, resnet, vision_transformer
from torchvision.models import densenet, swin_transformer
from torchvision.models import convnext as tv_convnext, resnet as tv_resnet
from torchvision.models import vision_transformer as tv_vision_transformer

GOLDEN_RATIO = numpy.uint64(0x9E3779B97F4A7C15)


def unit(name, count):
    """Numbers in [0, 1) from the SplitMix64 stream seeded by the FNV-1a hash of the name."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) & ((1 << 64) - 1)
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(seed) + (numpy.arange(count, dtype=numpy.uint64) + numpy.uint64(1)) * GOLDEN_RATIO
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z = z ^ (z >> numpy.uint64(31))
    return torch.from_numpy((z >> numpy.uint64(11)).astype(numpy.float64) * 2.0**-53)


def symmetric(name, shape):
    return (2 * unit(name, math.prod(shape)) - 1).reshape(shape)


def fill(model):
    """Fills parameters and statistics as the reference numbers do."""
    with torch.no_grad():
        for key, tensor in model.named_parameters():
            values = symmetric(key, tuple(tensor.shape))
            if tensor.dim() >= 2:
                values /= math.sqrt(tensor.numel() / tensor.shape[0])
            elif tensor.dim() == 1 and key.split(".")[-1] == "weight":
                values = 1 + 0.1 * values
            else:
                values = 0.1 * values
            tensor.copy_(values)
        for key, tensor in model.named_buffers():
            if key.endswith("running_mean"):
                tensor.copy_(0.1 * symmetric(key, tuple(tensor.shape)))
            elif key.endswith("running_var"):
                tensor.copy_(1 + 0.5 * unit(key, tensor.numel()))


def case(name, model, text, size):
    """Evaluates one network."""
    model = model.double().eval()
    fill(model)
    images = symmetric("input", (2, 3, size, size))
    logits = model(images)
    classes = logits.shape[1]
    loss = torch.nn.functional.cross_entropy(
        logits, torch.tensor([(7 * i + 3) % classes for i in range(2)]))
    names, parameters = zip(*model.named_parameters())
    vector = [symmetric("v:" + key, tuple(p.shape)) for key, p in zip(names, parameters)]
    gradient = torch.autograd.grad(loss, parameters, create_graph=True)
    slope = sum((g * v).sum() for g, v in zip(gradient, vector))
    product = torch.autograd.grad(slope, parameters)
    curvature = sum((h * v).sum() for h, v in zip(product, vector))
    trained = set(names)
    print(name, loss.item(), slope.item(), curvature.item(), flush=True)
    return {
        "name": name, "model": text, "logits": logits.tolist(), "nll": loss.item(),
        "gv": slope.item(), "vHv": curvature.item(),
        "state": [[k, list(v.shape), k in trained] for k, v in model.state_dict().items()],
    }


def cases():
    blocks = [1, 1, 1, 1]
    plain = dict(num_classes=5)
    for tv, name, options, text in [
        (tv_resnet.BasicBlock, "resnet18", {}, ""),
        (tv_resnet.Bottleneck, "resnet50", {}, ""),
        (tv_resnet.Bottleneck, "resnext50_32x4d", dict(groups=32, width_per_group=4), ""),
        (tv_resnet.Bottleneck, "wide_resnet50_2", dict(width_per_group=128), ""),
    ]:
        yield (f"torchvision {name}", tv_resnet.ResNet(tv, blocks, **plain, **options),
               f"torchvision:{name},blocks=1-1-1-1,classes=5,size=32", 32)
    for block, name in [(resnet.BasicBlock, "seresnet18"), (resnet.Bottleneck, "seresnet50")]:
        yield (f"timm {name}",
               resnet.ResNet(block, blocks, block_args=dict(attn_layer="se"), **plain),
               f"timm:{name},blocks=1-1-1-1,classes=5,size=32", 32)
    # 36 pixels: the averages of shortcuts meet odd maps.
    for name, block, options in [
        ("resnet26d", resnet.Bottleneck, dict(stem_width=32, stem_type="deep", avg_down=True)),
        ("resnet10t", resnet.BasicBlock, dict(stem_width=32, stem_type="deep_tiered", avg_down=True)),
        ("resnet50s", resnet.Bottleneck, dict(stem_width=64, stem_type="deep")),
    ]:
        yield (f"timm {name}", resnet.ResNet(block, blocks, **options, **plain),
               f"timm:{name},blocks=1-1-1-1,classes=5,size=36", 36)
    yield ("torchvision mobilenet_v2", torchvision.models.mobilenet_v2(width_mult=0.35, **plain),
           "torchvision:mobilenet_v2,width_factor=0.35,classes=5,size=32", 32)
    yield ("timm mobilenetv2_035", timm.create_model("mobilenetv2_035", **plain),
           "timm:mobilenetv2_035,classes=5,size=32", 32)
    yield ("torchvision vit",
           tv_vision_transformer.VisionTransformer(
               image_size=16, patch_size=8, num_layers=2, num_heads=2, hidden_dim=16, mlp_dim=64,
               **plain),
           "torchvision:vit_b_16,patch=8,depth=2,heads=2,width=16,classes=5,size=16", 16)
    small = dict(img_size=16, patch_size=8, embed_dim=16, depth=2, num_heads=2, **plain)
    yield ("timm vit", vision_transformer.VisionTransformer(**small),
           "timm:vit_base_patch16_224,patch=8,depth=2,heads=2,width=16,classes=5,size=16", 16)
    yield ("timm deit3",
           vision_transformer.VisionTransformer(init_values=1e-6, no_embed_class=True, **small),
           "timm:deit3_small_patch16_224,patch=8,depth=2,heads=2,width=16,classes=5,size=16", 16)
    yield ("torchvision swin",
           swin_transformer.SwinTransformer(
               patch_size=[2, 2], embed_dim=12, depths=[2, 2], num_heads=[1, 2],
               window_size=[4, 4], **plain),
           "torchvision:swin_t,patch=2,width=12,depth=2-2,heads=1-2,window=4,classes=5,size=32", 32)
    yield ("timm swin",
           timm.models.swin_transformer.SwinTransformer(
               img_size=32, patch_size=2, embed_dim=12, depths=(2, 2), num_heads=(1, 2),
               window_size=4, **plain),
           "timm:swin_tiny_patch4_window7_224,patch=2,width=12,depth=2-2,heads=1-2,window=4"
           ",classes=5,size=32", 32)
    for distilled in [False, True]:
        yield (f"timm pit{' distilled' if distilled else ''}",
               pit.PoolingVisionTransformer(
                   img_size=16, patch_size=4, stride=2, stem_type="overlap", base_dims=(8, 8, 8),
                   depth=(1, 2, 1), heads=(1, 2, 4), mlp_ratio=4, distilled=distilled, **plain),
               f"timm:pit_ti{'_distilled' if distilled else ''}_224,patch=4,stride=2,head_width=8-8-8"
               ",depth=1-2-1,heads=1-2-4,classes=5,size=16", 16)
    yield ("timm cait",
           timm.models.cait.Cait(
               img_size=16, patch_size=8, embed_dim=16, depth=2, num_heads=2, init_values=1e-5,
               **plain),
           "timm:cait_xxs24_224,patch=8,width=16,depth=2,heads=2,classes=5,size=16", 16)
    yield ("timm convit",
           timm.models.convit.ConVit(
               img_size=32, patch_size=8, embed_dim=8, depth=3, num_heads=2, local_up_to_layer=2,
               **plain),
           "timm:convit_tiny,patch=8,width=16,depth=3,local_depth=2,heads=2,classes=5,size=32", 32)
    mixer = dict(img_size=16, patch_size=4, num_blocks=2, embed_dim=16, **plain)
    yield ("timm mixer", mlp_mixer.MlpMixer(**mixer),
           "timm:mixer_s16_224,patch=4,depth=2,width=16,token_hidden=8,hidden=64,classes=5,size=16", 16)
    yield ("timm resmlp",
           mlp_mixer.MlpMixer(
               mlp_ratio=4, block_layer=mlp_mixer.ResBlock, norm_layer=mlp_mixer.Affine, **mixer),
           "timm:resmlp_12_224,patch=4,depth=2,width=16,classes=5,size=16", 16)
    text = "convnext_tiny,depth=1-1-2-1,width=8-16-24-32,classes=5,size=64"
    dims = (8, 16, 24, 32)
    for mlp in [False, True]:
        yield (f"timm convnext{' of convolutions' if mlp else ''}",
               convnext.ConvNeXt(depths=(1, 1, 2, 1), dims=dims, conv_mlp=mlp, **plain),
               "timm:" + text, 64)
    stages = [tv_convnext.CNBlockConfig(a, b, n)
              for a, b, n in zip(dims, dims[1:] + (None,), (1, 1, 2, 1))]
    yield ("torchvision convnext", tv_convnext.ConvNeXt(stages, **plain), "torchvision:" + text, 64)
    for library, name, make in [
        ("timm", "regnety_002", timm.create_model), ("timm", "regnetx_002", timm.create_model),
        ("torchvision", "regnet_y_400mf", torchvision.models.get_model),
        ("timm", "efficientnet_b0", timm.create_model),
        ("torchvision", "efficientnet_b0", torchvision.models.get_model),
    ]:
        yield (f"{library} {name}", make(name, **plain), f"{library}:{name},classes=5,size=64", 64)
    dense = dict(growth_rate=8, block_config=(2, 2, 2, 2), num_init_features=16, **plain)
    yield ("torchvision densenet", densenet.DenseNet(**dense),
           "torchvision:densenet121,growth=8,depth=2-2-2-2,stem_width=16,classes=5,size=64", 64)
    # The stem of timm has twice the growth.
    del dense["num_init_features"]
    yield ("timm densenet", timm.models.densenet.DenseNet(**dense),
           "timm:densenet121,growth=8,depth=2-2-2-2,stem_width=16,classes=5,size=64", 64)


def main():
    torch.backends.cuda.enable_flash_sdp(False)
    timm.layers.set_fused_attn(False)
    document = {
        "generated_by": "Tests/Fixtures/originals.py", "dtype": "float64",
        "torch": torch.__version__, "timm": timm.__version__,
        "torchvision": torchvision.__version__, "models": [case(*one) for one in cases()],
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    path = pathlib.Path(__file__).parent / "originals.json.gz"
    path.write_bytes(gzip.compress(text, 9, mtime=0))


if __name__ == "__main__":
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        main()
