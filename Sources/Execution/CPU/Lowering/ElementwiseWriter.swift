import Autodiff
import CVector

/// Writes the instructions of an elementwise pass and gives its values their registers.
struct ElementwiseWriter {
    private(set) var instructions: [cv_instruction] = []
    private(set) var inputs: [ElementwiseAccess] = []
    /// Where the value of a node is: a register, or `CV_INPUT` plus the number of an input.
    private var locations: [Int: UInt8] = [:]
    private var constants: [Int: Double] = [:]

    func knows(_ node: Int) -> Bool { locations[node] != nil || constants[node] != nil }

    func location(of node: Int) -> Int { Int(locations[node, default: 0]) }

    mutating func define(_ node: Int, constant: Double) {
        constants[node] = constant
    }

    mutating func define(_ node: Int, input: ElementwiseAccess) {
        if let known = inputs.firstIndex(of: input) {
            locations[node] = UInt8(CV_INPUT + known)
        } else {
            locations[node] = UInt8(CV_INPUT + inputs.count)
            inputs.append(input)
        }
    }

    /// Writes one instruction for each member.
    ///
    /// - Parameters:
    ///   - source: the node whose elements an operand hands on.
    ///   - kept: members whose registers must last to the end.
    mutating func assemble(
        _ members: [Int], _ graph: Graph, source: (Int) -> Int, kept: Set<Int>
    ) {
        let set = Set(members)
        func producer(_ operand: Int) -> Int { set.contains(source(operand)) ? source(operand) : operand }
        var lastUse: [Int: Int] = [:]
        for (time, member) in members.enumerated() {
            for operand in graph.nodes[member].operands { lastUse[producer(operand)] = time }
        }
        for member in kept { lastUse[member] = .max }
        var free = Array((0..<UInt8(CV_SLOTS)).reversed())
        func take() -> UInt8 {
            guard let slot = free.popLast() else {
                preconditionFailure("A cluster holds more values than there are registers.")
            }
            return slot
        }
        // The normal distribution at an operand whose GELU and derivatives of it are all wanted.
        var normals: [Int: (uses: Int, places: [UInt8])] = [:]
        for member in members where Self.isGELU(graph.nodes[member].primitive) {
            normals[producer(graph.nodes[member].operands[0]), default: (0, [])].uses += 1
        }
        for (time, member) in members.enumerated() {
            let operands = graph.nodes[member].operands.map(producer)
            let primitive = graph.nodes[member].primitive
            var places: [UInt8] = []
            for operand in operands {
                if locations[operand] == nil {
                    let slot = take()
                    locations[operand] = slot
                    emit(CV_CONSTANT, slot, [], constants[operand, default: 0])
                }
                places.append(locations[operand, default: 0])
            }
            var finished: [UInt8] = []
            let argument = operands.first ?? member
            if Self.isGELU(primitive), var normal = normals[argument] {
                if normal.places.isEmpty, normal.uses > 1, free.count > Self.spare {
                    normal.places = [take(), take()]
                    emit(CV_NORMAL, normal.places[0], [places[0], normal.places[1]])
                }
                places += normal.places
                normal.uses -= 1
                if normal.uses == 0 { finished = normal.places }
                normals[argument] = normal
            }
            for operand in Set(operands) where lastUse[operand] == time {
                if let place = locations[operand], place < UInt8(CV_INPUT) {
                    free.append(place)
                    if constants[operand] != nil { locations[operand] = nil }
                }
            }
            free += finished
            let target = take()
            write(primitive, target, places)
            locations[member] = target
            if lastUse[member] == nil { free.append(target) }
        }
    }

    /// Registers that remain for the other values of a pass.
    private static var spare: Int { 4 }

    private static func isGELU(_ primitive: any Primitive) -> Bool {
        guard let unary = primitive as? Unary else { return false }
        return [.gelu, .geluDerivative, .geluSecondDerivative].contains(unary.function)
    }

    /// - Parameter places: the operands; of a GELU perhaps the normal distribution there as well.
    private mutating func write(
        _ primitive: any Primitive, _ target: UInt8, _ places: [UInt8]
    ) {
        switch primitive {
        case let unary as Unary where places.count == 3:
            switch unary.function {
            case .gelu: emit(CV_GELU_OF, target, [places[0], places[2]])
            case .geluDerivative: emit(CV_GELU_FIRST_OF, target, places)
            default: emit(CV_GELU_SECOND_OF, target, places)
            }
        case let unary as Unary:
            emit(Self.operation(unary.function), target, places)
        case let affine as Affine:
            if affine.offset == 0 {
                emit(CV_MUL_I, target, places, affine.scale)
            } else if affine.scale == 1 {
                emit(CV_ADD_I, target, places, affine.offset)
            } else if affine.scale == -1 {
                emit(CV_RSUB_I, target, places, affine.offset)
            } else {
                emit(CV_MUL_I, target, places, affine.scale)
                emit(CV_ADD_I, target, [target], affine.offset)
            }
        case let binary as Binary:
            emit(Self.operation(binary.function), target, places)
        case is Select:
            emit(CV_SELECT, target, places)
        default:
            preconditionFailure("\(primitive) is not elementwise.")
        }
    }

    private mutating func emit(
        _ operation: Int, _ target: UInt8, _ places: [UInt8], _ constant: Double = 0
    ) {
        var instruction = cv_instruction()
        instruction.op = UInt8(operation)
        instruction.dst = target
        instruction.a = places.first ?? 0
        instruction.b = places.count > 1 ? places[1] : 0
        instruction.c = places.count > 2 ? places[2] : 0
        instruction.imm = constant
        instructions.append(instruction)
    }

    private static func operation(_ function: UnaryFunction) -> Int {
        switch function {
        case .absolute: return CV_ABS
        case .sign: return CV_SIGN
        case .square: return CV_SQUARE
        case .squareRoot: return CV_SQRT
        case .reciprocalSquareRoot: return CV_RSQRT
        case .reciprocal: return CV_RECIPROCAL
        case .exponential: return CV_EXP
        case .logarithm: return CV_LOG
        case .hyperbolicTangent: return CV_TANH
        case .errorFunction: return CV_ERF
        case .logistic: return CV_LOGISTIC
        case .relu: return CV_RELU
        case .step: return CV_STEP
        case .gelu: return CV_GELU
        case .geluDerivative: return CV_GELU_FIRST
        case .geluSecondDerivative: return CV_GELU_SECOND
        }
    }

    private static func operation(_ function: BinaryFunction) -> Int {
        switch function {
        case .add: return CV_ADD
        case .subtract: return CV_SUB
        case .multiply: return CV_MUL
        case .divide: return CV_DIV
        case .maximum: return CV_MAX
        case .minimum: return CV_MIN
        case .power: return CV_POW
        case .greater: return CV_GREATER
        case .greaterOrEqual: return CV_GREATER_EQUAL
        case .equal: return CV_EQUAL
        }
    }
}
