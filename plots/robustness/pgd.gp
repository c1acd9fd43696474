# Attack along the gradient of ResNet
# Bars are intervals over examples; 0 steps is the start of the attack.
#
# gnuplot FILE                        draws a PNG at 300 dots per inch
# gnuplot -e "format='svg'" FILE      draws SVG; format='pdf' draws PDF

if (!exists("format")) format = 'png'
if (!exists("output")) output = 'pgd.' . format
set encoding utf8
set style textbox opaque margins 0.4,0.3 fillcolor rgb 'white' noborder
if (format eq 'png') set terminal pngcairo enhanced rounded background rgb 'white' size 1004,946 font 'DejaVu Sans,7' fontscale 3.125 linewidth 4.166666666666667 pointscale 4.166666666666667
if (format eq 'svg') set terminal svg enhanced rounded background rgb 'white' size 321,303 font 'DejaVu Sans,7' fontscale 1.3333333333333333 linewidth 1.3333333333333333
if (format eq 'pdf') set terminal pdfcairo enhanced rounded background rgb 'white' size 3.3472222222222223,3.1527777777777777 font 'DejaVu Sans,7' fontscale 0.75 linewidth 2 pointscale 1
set output output

$curve1 << EOD
# ResNet: x, y, lower, upper
0.0 0.3691486332536442 NaN NaN
1.0 0.7929195441392949 NaN NaN
2.0 1.3502739109535469 NaN NaN
3.0 1.9321475458855275 NaN NaN
4.0 2.4395213905372657 NaN NaN
5.0 2.6977235476952046 NaN NaN
6.0 2.87526925385464 NaN NaN
7.0 2.992331951565575 NaN NaN
8.0 3.0622452577226795 NaN NaN
9.0 3.1097927314112894 NaN NaN
10.0 3.141502565529663 NaN NaN
EOD

$curve2 << EOD
# ResNet: x, y, lower, upper
0.0 0.3691486332536442 NaN NaN
1.0 0.7929195441392949 NaN NaN
2.0 1.3502739109535469 NaN NaN
3.0 1.9321475458855275 NaN NaN
4.0 2.4395213905372657 NaN NaN
5.0 2.6977235476952046 NaN NaN
6.0 2.87526925385464 NaN NaN
7.0 2.992331951565575 NaN NaN
8.0 3.0622452577226795 NaN NaN
9.0 3.1097927314112894 NaN NaN
10.0 3.141502565529663 NaN NaN
EOD

$curve3 << EOD
# ResNet: x, y, lower, upper
0.0 89.84375 86.31835937500001 93.359375
1.0 66.796875 60.546875 72.65625
2.0 49.21875 42.96875 55.078125
3.0 31.640625 26.171875 37.5
4.0 21.484375 16.796875 26.5625
5.0 19.921875 15.224609375000009 24.609375
6.0 16.796875 12.5 21.484375
7.0 16.40625 12.109375 21.09375
8.0 15.625 11.328125 19.931640624999993
9.0 14.84375 10.546875 19.53125
10.0 14.453125 10.15625 19.140625
EOD

$curve4 << EOD
# ResNet: x, y, lower, upper
0.0 89.84375 86.31835937500001 93.359375
1.0 66.796875 60.546875 72.65625
2.0 49.21875 42.96875 55.078125
3.0 31.640625 26.171875 37.5
4.0 21.484375 16.796875 26.5625
5.0 19.921875 15.224609375000009 24.609375
6.0 16.796875 12.5 21.484375
7.0 16.40625 12.109375 21.09375
8.0 15.625 11.328125 19.931640624999993
9.0 14.84375 10.546875 19.53125
10.0 14.453125 10.15625 19.140625
EOD

set multiplot
set label 'Bars are intervals over examples; 0 steps is the start of the attack.' at screen 0.024896,0.033976 left noenhanced font ',5.5' textcolor rgb '#555555' front
set lmargin at screen 0.116956
set rmargin at screen 0.9659
set bmargin at screen 0.594714
set tmargin at screen 0.973568
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.4:10.4]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 5.0, '' 10.0)
unset logscale y
set yrange [0.20280739731708308:3.307843801466224]
set ytics out nomirror scale 0.4 format '' ('' 1.0, '' 2.0, '' 3.0)
set label '1' at screen 0.100359,0.691981 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '2' at screen 0.100359,0.813994 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '3' at screen 0.100359,0.936007 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'NLL (nats)' at screen 0.052254,0.784141 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot $curve1 using 1:2 with lines linewidth 1 linecolor rgb '#0072B2' dashtype solid, \
    $curve2 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2'
unset label; unset arrow; unset object; unset logscale
set lmargin at screen 0.116956
set rmargin at screen 0.9659
set bmargin at screen 0.171806
set tmargin at screen 0.550661
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.4:10.4]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 5.0, '' 10.0)
unset logscale y
set yrange [5.1640625:98.3515625]
set ytics out nomirror scale 0.4 format '' ('' 20.0, '' 40.0, '' 60.0, '' 80.0)
set label '0' at screen 0.148398,0.139868 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '5' at screen 0.541428,0.139868 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '10' at screen 0.934457,0.139868 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '20' at screen 0.100359,0.232122 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '40' at screen 0.100359,0.313432 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '60' at screen 0.100359,0.394742 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '80' at screen 0.100359,0.476052 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'steps' at screen 0.541428,0.093062 center noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'accuracy (%)' at screen 0.034751,0.361233 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot $curve3 using 1:2 with lines linewidth 1 linecolor rgb '#0072B2' dashtype solid, \
    $curve4 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve4 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2'
unset label; unset arrow; unset object; unset logscale
unset multiplot
set output
