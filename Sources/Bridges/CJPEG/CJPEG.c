#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <jpeglib.h>

struct failure {
    struct jpeg_error_mgr manager;
    jmp_buf place;
};

static void leave(j_common_ptr info) { longjmp(((struct failure *)info->err)->place, 1); }

static void be_silent(j_common_ptr info) { (void)info; }

static struct jpeg_error_mgr *errors(struct failure *failure) {
    jpeg_std_error(&failure->manager);
    failure->manager.error_exit = leave;
    failure->manager.output_message = be_silent;
    return &failure->manager;
}

static int compress(
    const unsigned char *pixels, int width, int height, int channels, int quality,
    unsigned char **data, unsigned long *size) {
    struct jpeg_compress_struct info;
    struct failure failure;
    info.err = errors(&failure);
    if (setjmp(failure.place)) {
        jpeg_destroy_compress(&info);
        return 1;
    }
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, data, size);
    info.image_width = (JDIMENSION)width;
    info.image_height = (JDIMENSION)height;
    info.input_components = channels;
    info.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        JSAMPROW row = (JSAMPROW)(pixels + (size_t)info.next_scanline * width * channels);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    return 0;
}

static int decompress(
    const unsigned char *data, unsigned long size, int width, int channels, unsigned char *result) {
    struct jpeg_decompress_struct info;
    struct failure failure;
    info.err = errors(&failure);
    if (setjmp(failure.place)) {
        jpeg_destroy_decompress(&info);
        return 1;
    }
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, data, size);
    jpeg_read_header(&info, TRUE);
    info.out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(&info);
    while (info.output_scanline < info.output_height) {
        JSAMPROW row = result + (size_t)info.output_scanline * width * channels;
        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return 0;
}

int saddle_jpeg_round_trip(
    const unsigned char *pixels, int width, int height, int channels, int quality,
    unsigned char *result) {
    unsigned char *data = NULL;
    unsigned long size = 0;
    int failed = compress(pixels, width, height, channels, quality, &data, &size)
        || decompress(data, size, width, channels, result);
    free(data);
    return failed;
}
