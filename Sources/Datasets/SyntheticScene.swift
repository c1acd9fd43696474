import Randomness

#if canImport(Glibc)
    import Glibc
#endif

/// One drawn image of the synthetic set: a textured shape on a shaded background.
struct SyntheticScene {
    private static let shapes = ["disc", "square", "triangle", "ring", "cross"]
    private static let textures = ["horizontal", "vertical", "diagonal", "chequered"]

    private let shape: Int
    private let texture: Int
    private let stripes: Double
    private let phase: Double
    private let centre: (x: Double, y: Double)
    private let radius: Double
    private let tilt: (cosine: Double, sine: Double)
    private let slope: (x: Double, y: Double)
    /// Grey levels per channel.
    private let foreground: [Double]
    private let background: [Double]

    /// The name of class `label`, such as "ring-vertical"; a number follows when names run out.
    static func name(_ label: Int) -> String {
        let kinds = shapes.count * textures.count
        let name = shapes[label % shapes.count] + "-" + textures[texture(label)]
        return label < kinds ? name : "\(name)-\(label / kinds)"
    }

    /// Neighbouring classes differ in shape; classes of one shape differ in texture.
    private static func texture(_ label: Int) -> Int {
        (label / shapes.count) % textures.count
    }

    init(label: Int, classes: Int, channels: Int, stream: RandomStream) {
        func vary(_ draw: Int, _ low: Double, _ high: Double) -> Double {
            low + (high - low) * stream.uniform(draw)
        }
        shape = label % Self.shapes.count
        texture = Self.texture(label)
        // Beyond the 20 kinds of shape and texture, finer stripes tell classes apart.
        stripes = 3 + 2 * Double(label / (Self.shapes.count * Self.textures.count))
        phase = vary(0, 0, 1)
        centre = (vary(1, -0.3, 0.3), vary(2, -0.3, 0.3))
        radius = vary(3, 0.4, 0.7)
        let angle = vary(4, -0.25, 0.25)
        tilt = (cos(angle), sin(angle))
        slope = (vary(5, -30, 30), vary(6, -30, 30))
        let hue = Double(label) / Double(classes) + vary(7, -0.2, 0.2)
        let contrast = vary(8, 30, 70)
        let level = vary(9, 90, 165)
        let other = vary(10, 0, 1)
        foreground = (0..<channels).map { channel in
            level + contrast * cos(2 * .pi * (hue + Double(channel) / Double(channels)))
        }
        background = (0..<channels).map { channel in
            128 + 50 * cos(2 * .pi * (other + Double(channel) / Double(channels)))
        }
    }

    /// The image's grey levels `[channels, size, size]`.
    func paint(size: Int, noise: Double, stream: RandomStream) -> [UInt8] {
        let plane = size * size
        let channels = foreground.count
        // The sum of two uniform numbers in [0, 1) has variance 1/6.
        let amplitude = noise * 6.0.squareRoot()
        var pixels = [UInt8](repeating: 0, count: channels * plane)
        for row in 0..<size {
            let y = 2 * (Double(row) + 0.5) / Double(size) - 1
            for column in 0..<size {
                let x = 2 * (Double(column) + 0.5) / Double(size) - 1
                let (dx, dy) = ((x - centre.x) / radius, (y - centre.y) / radius)
                let u = tilt.cosine * dx + tilt.sine * dy
                let v = tilt.cosine * dy - tilt.sine * dx
                let inside = contains(u, v)
                let light = inside ? shading(u, v) : slope.x * x + slope.y * y
                for channel in 0..<channels {
                    let place = channel * plane + row * size + column
                    let clean = (inside ? foreground[channel] : background[channel]) + light
                    let noisy = clean + amplitude * deviation(place, stream)
                    // Rounds as `rounded()` does, without a call for each of millions of pixels.
                    pixels[place] = UInt8(clamping: Int(noisy + 0.5))
                }
            }
        }
        return pixels
    }

    /// The sum of two uniform numbers less its mean, from -1 to 1.
    ///
    /// Added as integers, which costs one conversion and rounds as the sum of doubles does.
    private func deviation(_ place: Int, _ stream: RandomStream) -> Double {
        let sum = (stream.bits(2 * place) >> 11) + (stream.bits(2 * place + 1) >> 11)
        return Double(Int64(sum)) * 0x1p-53 - 1
    }

    /// Whether the point, in units of the radius, lies in the shape.
    private func contains(_ u: Double, _ v: Double) -> Bool {
        let square = u * u + v * v
        switch shape {
        case 0: return square <= 1
        case 1: return max(abs(u), abs(v)) <= 0.85
        case 2: return v <= 0.75 && v >= 2 * abs(u) - 1
        case 3: return square <= 1 && square >= 0.3
        default: return min(abs(u), abs(v)) <= 0.3 && max(abs(u), abs(v)) <= 1
        }
    }

    /// The texture: dark and light bands, in grey levels to be added.
    private func shading(_ u: Double, _ v: Double) -> Double {
        let horizontal = band(v)
        switch texture {
        case 0: return 35 * horizontal
        case 1: return 35 * band(u)
        case 2: return 35 * band((u + v) / 2.0.squareRoot())
        default: return 35 * horizontal * band(u)
        }
    }

    /// Plus or minus one in bands across the direction, `stripes` pairs per unit.
    private func band(_ distance: Double) -> Double {
        let turn = distance * stripes / 2 + phase
        return turn - turn.rounded(.down) < 0.5 ? 1 : -1
    }
}
