# Sums up the tests that `swift test` skipped, from its output: how many, and what they need.
#
# Such a line is: ➜ Test "name" skipped: "needs something"; a suite's own line counts no test.

$2 == "Test" && / skipped(: ".*"|\.)$/ {
    need = $0
    if (!sub(/^.* skipped: "(needs )?/, "", need)) need = "what they do not say"
    sub(/"$/, "", need)
    if (!(need in count)) order[++needs] = need
    count[need]++
}

/ Test run with [0-9]+ tests? / { ended = 1 }

END {
    for (place = 1; place <= needs; place++) {
        need = order[place]
        format = count[need] == 1 ? "not run: %d test that needs %s\n" : \
            "not run: %d tests that need %s\n"
        printf format, count[need], need
    }
    if (ended && !needs) print "not run: no test"
}
