// Images with labels: where they come from, which are used, and what the network is shown.
//
//     DataSource --load--> LabelledImages                 all images of a split
//     Selection  --indices--> [Int]                       the ones that are used
//     Normalization --resolve--> ChannelNormalization     grey levels to network inputs
//     ExampleSet(images, selection, options, ...)         frozen examples, in minibatches
//
// Everything random is a pure function of (seed, image, draw): see `RandomStream`. An `ExampleSet`
// is thus one fixed list of inputs and soft labels, the same for each model, grid point and worker.
