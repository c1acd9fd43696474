import Foundation

// A reader that goes away must not kill a run that is still computing and storing.
signal(SIGPIPE, SIG_IGN)
exit(Launch.run(Array(CommandLine.arguments.dropFirst())))
