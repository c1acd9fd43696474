# Minibatch curvature of ResNet-20
# Along the top eigenvectors of minibatches.
# Bars: 95% intervals over minibatches.
#
# gnuplot FILE                        draws a PNG at 300 dots per inch
# gnuplot -e "format='svg'" FILE      draws SVG; format='pdf' draws PDF

if (!exists("format")) format = 'png'
if (!exists("output")) output = 'minibatch.' . format
set encoding utf8
set style textbox opaque margins 0.4,0.3 fillcolor rgb 'white' noborder
if (format eq 'png') set terminal pngcairo enhanced rounded background rgb 'white' size 1004,679 font 'DejaVu Sans,7' fontscale 3.125 linewidth 4.166666666666667 pointscale 4.166666666666667
if (format eq 'svg') set terminal svg enhanced rounded background rgb 'white' size 321,217 font 'DejaVu Sans,7' fontscale 1.3333333333333333 linewidth 1.3333333333333333
if (format eq 'pdf') set terminal pdfcairo enhanced rounded background rgb 'white' size 3.3472222222222223,2.263888888888889 font 'DejaVu Sans,7' fontscale 0.75 linewidth 2 pointscale 1
set output output

$curve1 << EOD
# ResNet-20: x, y, lower, upper
8.0 2012.7851054131866 869.3353156176242 3156.2348952087486
32.0 662.1362397072611 523.9780081623553 838.9890730921095
128.0 276.32908907661636 223.67860062675297 339.3761264472228
EOD

$curve2 << EOD
# ResNet-20: x, y, lower, upper
8.0 25.485468023011233 8.240752268955209 42.73018377706726
32.0 136.1234167825632 79.18913990839172 193.05769365673467
128.0 92.251927123595 73.85621181286294 108.20187039164774
EOD

$curve3 << EOD
# ResNet-20: x, y, lower, upper
512.0 193.4552624946989 NaN NaN
EOD

$curve4 << EOD
# ResNet-20: x, y, lower, upper
8.0 2012.7851054131866 869.3353156176242 3156.2348952087486
32.0 662.1362397072611 523.9780081623553 838.9890730921095
128.0 276.32908907661636 223.67860062675297 339.3761264472228
EOD

$curve5 << EOD
# ResNet-20: x, y, lower, upper
8.0 25.485468023011233 8.240752268955209 42.73018377706726
32.0 136.1234167825632 79.18913990839172 193.05769365673467
128.0 92.251927123595 73.85621181286294 108.20187039164774
EOD

$curve6 << EOD
# ResNet-20: x, y, lower, upper
512.0 193.4552624946989 NaN NaN
EOD

set multiplot
set label 'Along the top eigenvectors of minibatches. Bars: 95% intervals over' at screen 0.024896,0.092868 left noenhanced font ',5.5' textcolor rgb '#555555' front
set label 'minibatches.' at screen 0.024896,0.047316 left noenhanced font ',5.5' textcolor rgb '#555555' front
set label '' at screen 0.208874,0.957055 point pointtype 7 pointsize 0.5 linecolor rgb '#0072B2' front
set label 'one minibatch' at screen 0.258666,0.957055 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '' at screen 0.530482,0.957055 point pointtype 5 pointsize 0.5 linecolor rgb '#D55E00' front
set label 'second minibatch' at screen 0.580274,0.957055 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '' at screen 0.404643,0.895706 point pointtype 9 pointsize 0.5 linecolor rgb '#009E73' front
set label 'all examples' at screen 0.454436,0.895706 left noenhanced font ',6.5' textcolor rgb '#000000' front
set lmargin at screen 0.164291
set rmargin at screen 0.957148
set bmargin at screen 0.288344
set tmargin at screen 0.815951
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
set logscale x 10
set xrange [6.773962498900218:604.6682426519195]
set xtics out nomirror scale 0.4 format '' ('' 10.0, '' 20.0, '' 50.0, '' 100.0, '' 200.0, '' 500.0)
set logscale y 10
set yrange [5.767328794858957:4509.843429983114]
set ytics out nomirror scale 0.4 format '' ('' 10.0, '' 100.0, '' 1000.0)
set label '10' at screen 0.233046,0.243865 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '20' at screen 0.3554,0.243865 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '50' at screen 0.517144,0.243865 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '100' at screen 0.639498,0.243865 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '200' at screen 0.761853,0.243865 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '500' at screen 0.923597,0.243865 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '10¹' at screen 0.147694,0.331933 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '10²' at screen 0.147694,0.514295 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '10³' at screen 0.147694,0.696657 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'examples in a minibatch' at screen 0.56072,0.178681 center noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'curvature (loss /' at screen 0.034751,0.552147 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'weight²)' at screen 0.071058,0.552147 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot $curve1 using 1:2 with lines linewidth 1 linecolor rgb '#0072B2' dashtype solid, \
    $curve2 using 1:2 with lines linewidth 1 linecolor rgb '#D55E00' dashtype solid, \
    $curve3 using 1:2 with lines linewidth 1 linecolor rgb '#009E73' dashtype solid, \
    $curve4 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve4 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve5 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#D55E00', \
    $curve5 using 1:2 with points pointtype 5 pointsize 0.4 linecolor rgb '#D55E00', \
    $curve6 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#009E73', \
    $curve6 using 1:2 with points pointtype 9 pointsize 0.4 linecolor rgb '#009E73'
unset label; unset arrow; unset object; unset logscale
unset multiplot
set output
