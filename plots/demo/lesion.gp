# Lesion study of ResNet, ViT: accuracy lost when one residual unit is removed
# Accuracy of the whole network: ResNet 87% on 2000 examples, ViT 76% on 2000 examples.
# Error bars: 95% paired bootstrap intervals over examples.
# Dashed: the mean over all units, a unit removed at random.
#
# gnuplot FILE                        draws a PNG at 300 dots per inch
# gnuplot -e "format='svg'" FILE      draws SVG; format='pdf' draws PDF

if (!exists("format")) format = 'png'
if (!exists("output")) output = 'lesion.' . format
set encoding utf8
if (format eq 'png') set terminal pngcairo enhanced rounded background rgb 'white' size 1004,1113 font 'Arial,7' fontscale 3.125 linewidth 4.166666666666667 pointscale 4.166666666666667
if (format eq 'svg') set terminal svg enhanced rounded background rgb 'white' size 321,356 font 'Arial,7' fontscale 1.3333333333333333 linewidth 1.3333333333333333
if (format eq 'pdf') set terminal pdfcairo enhanced rounded background rgb 'white' size 3.3472222222222223,3.7083333333333335 font 'Arial,7' fontscale 0.75 linewidth 2 pointscale 1
set output output

$lesion1 << EOD
# ResNet, convolution: depth, lost, lower, upper
0.0 60.25 57.9 62.6
0.2 33.85 31.65 36.201249999999995
0.6 40.949999999999996 38.550000000000004 43.50125
1.0 14.549999999999999 12.75 16.5
EOD

$lesion2 << EOD
# ResNet, subsampling: depth, lost, lower, upper
0.4 53.7 51.198750000000004 56.051249999999996
0.8 31.25 29.15 33.45125
EOD

$lesion3 << EOD
# ViT, attention: depth, lost, lower, upper
0.0 11.899999999999999 10.0 13.651250000000001
0.2857142857142857 17.150000000000002 15.2 19.45
0.5714285714285714 33.800000000000004 31.2 36.3
0.8571428571428571 8.55 6.698750000000002 10.5
EOD

$lesion4 << EOD
# ViT, mlp: depth, lost, lower, upper
0.14285714285714285 29.049999999999997 26.598750000000003 31.3
0.42857142857142855 6.3 4.6 8.15
0.7142857142857143 2.5 1.2987500000000012 3.6512499999999988
1.0 1.0 0.04875000000000114 2.1
EOD

set multiplot
set label 'Accuracy of the whole network: ResNet 87% on 2000 examples, ViT 76% on' at screen 0.024896,0.088015 left noenhanced font ',6.0' textcolor rgb '#555555' front
set label '2000 examples. Error bars: 95% paired bootstrap intervals over examples.' at screen 0.024896,0.058801 left noenhanced font ',6.0' textcolor rgb '#555555' front
set label 'Dashed: the mean over all units, a unit removed at random.' at screen 0.024896,0.029588 left noenhanced font ',6.0' textcolor rgb '#555555' front
set object 1 rectangle from screen 0.039615,0.958801 to screen 0.085258,0.985019 fillstyle solid 0.85 border fillcolor rgb '#0072B2' linewidth 0.5
set label 'convolution' at screen 0.097706,0.97191 left noenhanced font ',7.0' textcolor rgb '#000000' front
set object 2 rectangle from screen 0.298399,0.958801 to screen 0.344043,0.985019 fillstyle pattern 5 border fillcolor rgb '#D55E00' linewidth 0.5
set label 'attention' at screen 0.356491,0.97191 left noenhanced font ',7.0' textcolor rgb '#000000' front
set object 3 rectangle from screen 0.516011,0.958801 to screen 0.561655,0.985019 fillstyle pattern 2 border fillcolor rgb '#009E73' linewidth 0.5
set label 'MLP' at screen 0.574103,0.97191 left noenhanced font ',7.0' textcolor rgb '#000000' front
set object 4 rectangle from screen 0.683912,0.958801 to screen 0.729555,0.985019 fillstyle pattern 4 border fillcolor rgb '#CC79A7' linewidth 0.5
set label 'subsampling' at screen 0.742003,0.97191 left noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'accuracy lost (percentage points)' at screen 0.028008,0.576592 center rotate by 90 noenhanced font ',7.5' textcolor rgb '#000000' front
set lmargin at screen 0.11922
set rmargin at screen 0.958506
set bmargin at screen 0.587828
set tmargin at screen 0.891386
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.04:1.04]
set xtics out nomirror scale 0.4 font ',7.0' offset 0,0.3 ('' 0.0, '' 0.5, '' 1.0)
unset logscale y
set yrange [-3.756:66.356]
set ytics out nomirror scale 0.4 font ',7.0' offset 0.3,0 ('0' 0.0, '20' 20.0, '40' 40.0, '60' 60.0)
set label '' at screen 0.538863,0.556929 center noenhanced font ',7.5' textcolor rgb '#000000' front
set label '' at screen 0.079876,0.739607 center rotate by 90 noenhanced font ',7.5' textcolor rgb '#000000' front
set label 'ResNet' at screen 0.538863,0.918352 center noenhanced font ',8.0' textcolor rgb '#000000' front
plot $lesion1 using 1:2:(0.06) with boxes linewidth 0.5 linecolor rgb '#0072B2' fillstyle solid 0.85 border, \
    $lesion1 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#000000', \
    $lesion2 using 1:2:(0.06) with boxes linewidth 0.5 linecolor rgb '#CC79A7' fillstyle pattern 4 border, \
    $lesion2 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#000000', \
    39.09166666666663 with lines linewidth 0.7 linecolor rgb '#000000' dashtype '-', \
    0 with lines linewidth 0.5 linecolor rgb '#000000'
unset label; unset arrow; unset object; unset logscale
set lmargin at screen 0.11922
set rmargin at screen 0.958506
set bmargin at screen 0.205618
set tmargin at screen 0.520412
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.04:1.04]
set xtics out nomirror scale 0.4 font ',7.0' offset 0,0.3 ('0.0' 0.0, '0.5' 0.5, '1.0' 1.0)
unset logscale y
set yrange [-3.756:66.356]
set ytics out nomirror scale 0.4 font ',7.0' offset 0.3,0 ('0' 0.0, '20' 20.0, '40' 40.0, '60' 60.0)
set label 'normalised depth' at screen 0.538863,0.131648 center noenhanced font ',7.5' textcolor rgb '#000000' front
set label '' at screen 0.079876,0.363015 center rotate by 90 noenhanced font ',7.5' textcolor rgb '#000000' front
set label 'ViT' at screen 0.538863,0.547378 center noenhanced font ',8.0' textcolor rgb '#000000' front
plot $lesion3 using 1:2:(0.06) with boxes linewidth 0.5 linecolor rgb '#D55E00' fillstyle pattern 5 border, \
    $lesion3 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#000000', \
    $lesion4 using 1:2:(0.06) with boxes linewidth 0.5 linecolor rgb '#009E73' fillstyle pattern 2 border, \
    $lesion4 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#000000', \
    13.78125 with lines linewidth 0.7 linecolor rgb '#000000' dashtype '-', \
    0 with lines linewidth 0.5 linecolor rgb '#000000'
unset label; unset arrow; unset object; unset logscale
unset multiplot
set output
