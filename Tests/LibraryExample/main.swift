// LibraryExample WEIGHTS FOLDER: landscape and spectrum of a ResNet-20, without the command line.

import Datasets
import Landscapes
import Networks
import Records
import Spectra
import Studies
import Training

let (weights, folder) = (CommandLine.arguments[1], CommandLine.arguments[2])
let network = try ModelRegistry.network("resnet20")
let experiment = try Experiment(
    network, weights: Weights(network, file: weights),
    examples: DataSource("synthetic:count=64").examples(
        .train, classCount: network.classes, selection: Selection(first: 8)))

// The loss at 3 x 3 points along two random directions. The first run dies after its fifth point.
let axis = LandscapeAxis(start: -1, end: 1, count: 3)
let landscape = try experiment.landscape(
    directions: experiment.gaussianDirections(2), axes: [axis, axis])
let (surface, curve) = (folder + "/landscape.h5", folder + "/spectrum.h5")
struct Killed: Error {}
var points = 0
_ = try? StudyRun(landscape, surface, experiment.description).measure(progress: { _ in
    points += 1
    if points == 5 { throw Killed() }
})
let rest = try StudyRun(landscape, surface, experiment.description)
print("going on after \(rest.measuredCount(of: landscape.items)) points")
try rest.measure()
let grid = try RecordFile.result(LandscapeGrid.self, of: surface)
print("NLL", grid.values(of: .negativeLogLikelihood))

// The eigenvalues at both ends of the Hessian of each minibatch of four.
let spectrum = try experiment.spectrum(
    minibatches: [experiment.minibatches(of: 4)], path: curve)
try StudyRun(spectrum, curve, experiment.description).measure()
let found = try RecordFile.result(SpectrumCollection.self, of: curve).spectra[0]
print("eigenvalues", found.convergedValues(withL2: false))
