# Calibration of ResNet, ViT
# Grey: accuracy as high as confidence.
# Bars are intervals over examples.
#
# gnuplot FILE                        draws a PNG at 300 dots per inch
# gnuplot -e "format='svg'" FILE      draws SVG; format='pdf' draws PDF

if (!exists("format")) format = 'png'
if (!exists("output")) output = 'calibration.' . format
set encoding utf8
set style textbox opaque margins 0.4,0.3 fillcolor rgb 'white' noborder
if (format eq 'png') set terminal pngcairo enhanced rounded background rgb 'white' size 1004,1004 font 'DejaVu Sans,7' fontscale 3.125 linewidth 4.166666666666667 pointscale 4.166666666666667
if (format eq 'svg') set terminal svg enhanced rounded background rgb 'white' size 321,321 font 'DejaVu Sans,7' fontscale 1.3333333333333333 linewidth 1.3333333333333333
if (format eq 'pdf') set terminal pdfcairo enhanced rounded background rgb 'white' size 3.3472222222222223,3.3472222222222223 font 'DejaVu Sans,7' fontscale 0.75 linewidth 2 pointscale 1
set output output

$curve1 << EOD
# ResNet: x, y, lower, upper
NaN NaN NaN NaN
NaN NaN NaN NaN
27.23508206221348 23.076923076923077 0.0 50.0
36.93162338458985 45.83333333333333 31.46825396825398 59.657894736842096
45.40951381281344 56.58914728682171 48.44504123816312 65.04161827332558
54.412799609654584 67.45562130177515 60.73564855390009 74.34252699055331
65.12408592926377 78.57142857142857 72.53469648299152 84.96898759503802
75.00947723347467 87.01923076923077 82.37820678932366 91.58427408161377
85.8300767975221 96.34464751958225 94.4009590917988 98.03398248697508
94.65531263320132 99.44196428571429 98.95812062427072 99.88764988613057
EOD

$curve2 << EOD
# ResNet: x, y, lower, upper
27.23508206221348 23.076923076923077 0.0 50.0
36.93162338458985 45.83333333333333 31.46825396825398 59.657894736842096
45.40951381281344 56.58914728682171 48.44504123816312 65.04161827332558
54.412799609654584 67.45562130177515 60.73564855390009 74.34252699055331
65.12408592926377 78.57142857142857 72.53469648299152 84.96898759503802
75.00947723347467 87.01923076923077 82.37820678932366 91.58427408161377
85.8300767975221 96.34464751958225 94.4009590917988 98.03398248697508
94.65531263320132 99.44196428571429 98.95812062427072 99.88764988613057
EOD

$curve3 << EOD
# ViT: x, y, lower, upper
NaN NaN NaN NaN
NaN NaN NaN NaN
28.135757213964503 7.142857142857142 0.0 23.088235294117638
36.05816278980822 44.047619047619044 36.56909254267745 51.43547077922077
44.67903907345659 49.8567335243553 44.50873722387075 55.27065527065527
54.463782445346574 62.08530805687204 54.73560855263159 69.0742165461353
64.66946280811045 73.59550561797754 67.03500349162012 80.09963272642025
75.59103556637338 84.36363636363636 80.0693950177936 88.51851851851852
85.50761932201188 94.70338983050848 92.60780287474333 96.67973071073008
91.43493196525957 100.0 100.0 100.0
EOD

$curve4 << EOD
# ViT: x, y, lower, upper
28.135757213964503 7.142857142857142 0.0 23.088235294117638
36.05816278980822 44.047619047619044 36.56909254267745 51.43547077922077
44.67903907345659 49.8567335243553 44.50873722387075 55.27065527065527
54.463782445346574 62.08530805687204 54.73560855263159 69.0742165461353
64.66946280811045 73.59550561797754 67.03500349162012 80.09963272642025
75.59103556637338 84.36363636363636 80.0693950177936 88.51851851851852
85.50761932201188 94.70338983050848 92.60780287474333 96.67973071073008
91.43493196525957 100.0 100.0 100.0
EOD

$curve5 << EOD
# ResNet: x, y, lower, upper
NaN 0.0 0.0 0.0
NaN 0.0 0.0 0.0
27.23508206221348 0.65 0.35000000000000003 1.0
36.93162338458985 2.4 1.798750000000001 3.1
45.40951381281344 6.45 5.45 7.501249999999998
54.412799609654584 8.450000000000001 7.248750000000001 9.700000000000001
65.12408592926377 7.7 6.5 8.9
75.00947723347467 10.4 9.049999999999999 11.65125
85.8300767975221 19.15 17.4 20.951249999999998
94.65531263320132 44.800000000000004 42.64875 46.951249999999995
EOD

$curve6 << EOD
# ResNet: x, y, lower, upper
NaN 0.0 0.0 0.0
NaN 0.0 0.0 0.0
27.23508206221348 0.65 0.35000000000000003 1.0
36.93162338458985 2.4 1.798750000000001 3.1
45.40951381281344 6.45 5.45 7.501249999999998
54.412799609654584 8.450000000000001 7.248750000000001 9.700000000000001
65.12408592926377 7.7 6.5 8.9
75.00947723347467 10.4 9.049999999999999 11.65125
85.8300767975221 19.15 17.4 20.951249999999998
94.65531263320132 44.800000000000004 42.64875 46.951249999999995
EOD

$curve7 << EOD
# ViT: x, y, lower, upper
NaN 0.0 0.0 0.0
NaN 0.0 0.0 0.0
28.135757213964503 0.7000000000000001 0.35000000000000003 1.051249999999999
36.05816278980822 8.4 7.198750000000001 9.551249999999998
44.67903907345659 17.45 15.84875 19.05125
54.463782445346574 10.549999999999999 9.2 11.799999999999999
64.66946280811045 8.9 7.7 10.15
75.59103556637338 13.750000000000002 12.2 15.25
85.50761932201188 23.599999999999998 21.75 25.551249999999996
91.43493196525957 16.650000000000002 14.99875 18.201249999999998
EOD

$curve8 << EOD
# ViT: x, y, lower, upper
NaN 0.0 0.0 0.0
NaN 0.0 0.0 0.0
28.135757213964503 0.7000000000000001 0.35000000000000003 1.051249999999999
36.05816278980822 8.4 7.198750000000001 9.551249999999998
44.67903907345659 17.45 15.84875 19.05125
54.463782445346574 10.549999999999999 9.2 11.799999999999999
64.66946280811045 8.9 7.7 10.15
75.59103556637338 13.750000000000002 12.2 15.25
85.50761932201188 23.599999999999998 21.75 25.551249999999996
91.43493196525957 16.650000000000002 14.99875 18.201249999999998
EOD

set multiplot
set label 'Grey: accuracy as high as confidence. Bars are intervals over examples.' at screen 0.024896,0.032002 left noenhanced font ',5.5' textcolor rgb '#555555' front
set arrow from screen 0.3253,0.970954 to screen 0.39169,0.970954 nohead front linecolor rgb '#0072B2' linewidth 1.2 dashtype solid
set label 'ResNet' at screen 0.408288,0.970954 left noenhanced font ',6.5' textcolor rgb '#000000' front
set arrow from screen 0.548445,0.970954 to screen 0.614835,0.970954 nohead front linecolor rgb '#D55E00' linewidth 1.2 dashtype '-'
set label 'ViT' at screen 0.631433,0.970954 left noenhanced font ',6.5' textcolor rgb '#000000' front
set lmargin at screen 0.134459
set rmargin at screen 0.9659
set bmargin at screen 0.560166
set tmargin at screen 0.917012
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [24.538272839373967:97.35212185604084]
set xtics out nomirror scale 0.4 format '' ('' 40.0, '' 60.0, '' 80.0)
unset logscale y
set yrange [-6.0:106.0]
set ytics out nomirror scale 0.4 format '' ('' 0.0, '' 50.0, '' 100.0)
set label '0' at screen 0.117862,0.579283 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '50' at screen 0.117862,0.738589 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '100' at screen 0.117862,0.897896 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'accuracy (%)' at screen 0.034751,0.738589 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot x with lines linewidth 1 dashtype '-' linecolor rgb '#c8c8c8', \
    $curve1 using 1:2 with lines linewidth 1 linecolor rgb '#0072B2' dashtype solid, \
    $curve2 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve2 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve3 using 1:2 with lines linewidth 1 linecolor rgb '#D55E00' dashtype '-', \
    $curve4 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#D55E00', \
    $curve4 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#D55E00'
unset label; unset arrow; unset object; unset logscale
set lmargin at screen 0.134459
set rmargin at screen 0.9659
set bmargin at screen 0.161826
set tmargin at screen 0.518672
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [24.538272839373967:97.35212185604084]
set xtics out nomirror scale 0.4 format '' ('' 40.0, '' 60.0, '' 80.0)
unset logscale y
set yrange [-2.8170749999999996:49.768325]
set ytics out nomirror scale 0.4 format '' ('' 0.0, '' 20.0, '' 40.0)
set label '40' at screen 0.311012,0.131743 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '60' at screen 0.539386,0.131743 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '80' at screen 0.767761,0.131743 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0' at screen 0.117862,0.180943 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '20' at screen 0.117862,0.316663 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '40' at screen 0.117862,0.452384 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'mean confidence of a bin (%)' at screen 0.550179,0.087656 center noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'examples (%)' at screen 0.052254,0.340249 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot $curve5 using 1:2 with impulses linewidth 3 linecolor rgb '#0072B2' dashtype solid, \
    $curve6 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve6 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve7 using 1:2 with impulses linewidth 3 linecolor rgb '#D55E00' dashtype solid, \
    $curve8 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#D55E00', \
    $curve8 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#D55E00'
unset label; unset arrow; unset object; unset logscale
unset multiplot
set output
