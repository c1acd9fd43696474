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
set style textbox opaque margins 0.4,0.3 fillcolor rgb 'white' noborder
if (format eq 'png') set terminal pngcairo enhanced rounded background rgb 'white' size 1004,1129 font 'DejaVu Sans,7' fontscale 3.125 linewidth 4.166666666666667 pointscale 4.166666666666667
if (format eq 'svg') set terminal svg enhanced rounded background rgb 'white' size 321,361 font 'DejaVu Sans,7' fontscale 1.3333333333333333 linewidth 1.3333333333333333
if (format eq 'pdf') set terminal pdfcairo enhanced rounded background rgb 'white' size 3.3472222222222223,3.763888888888889 font 'DejaVu Sans,7' fontscale 0.75 linewidth 2 pointscale 1
set output output

$lesion1 << EOD
# ResNet, convolution: depth, lost, lower, upper
0.0 39.550000000000004 37.35 41.65125
0.2 31.0 28.799999999999997 33.20125
0.6 42.75 40.25 45.15
1.0 13.450000000000001 11.65 15.15125
EOD

$lesion2 << EOD
# ResNet, subsampling: depth, lost, lower, upper
0.4 61.45 58.99875 64.0
0.8 29.2 26.898750000000003 31.3525
EOD

$lesion3 << EOD
# ViT, attention: depth, lost, lower, upper
0.0 10.95 9.15 12.75125
0.2857142857142857 17.2 15.098749999999999 19.400000000000002
0.5714285714285714 31.75 29.15 34.20125
0.8571428571428571 7.55 5.75 9.35
EOD

$lesion4 << EOD
# ViT, mlp: depth, lost, lower, upper
0.14285714285714285 28.999999999999996 26.400000000000002 31.25
0.42857142857142855 6.25 4.598750000000001 7.951249999999998
0.7142857142857143 1.55 0.44999999999999996 2.7012499999999986
1.0 0.8500000000000001 -0.1 1.9
EOD

set multiplot
set label 'Accuracy of the whole network: ResNet 87% on 2000 examples, ViT 76% on' at screen 0.024896,0.083256 left noenhanced font ',5.5' textcolor rgb '#555555' front
set label '2000 examples. Error bars: 95% paired bootstrap intervals over examples.' at screen 0.024896,0.055858 left noenhanced font ',5.5' textcolor rgb '#555555' front
set label 'Dashed: the mean over all units, a unit removed at random.' at screen 0.024896,0.028459 left noenhanced font ',5.5' textcolor rgb '#555555' front
set object rectangle from screen 0.179912,0.961255 to screen 0.225555,0.987085 fillstyle solid 0.85 border fillcolor rgb '#0072B2' linewidth 0.5
set label 'convolution' at screen 0.246302,0.97417 left noenhanced font ',6.5' textcolor rgb '#000000' front
set object rectangle from screen 0.464673,0.961255 to screen 0.510316,0.987085 fillstyle pattern 5 border fillcolor rgb '#D55E00' linewidth 0.5
set label 'attention' at screen 0.531063,0.97417 left noenhanced font ',6.5' textcolor rgb '#000000' front
set object rectangle from screen 0.714644,0.961255 to screen 0.760287,0.987085 fillstyle pattern 2 border fillcolor rgb '#009E73' linewidth 0.5
set label 'MLP' at screen 0.781034,0.97417 left noenhanced font ',6.5' textcolor rgb '#000000' front
set object rectangle from screen 0.38767,0.924354 to screen 0.433313,0.950185 fillstyle pattern 4 border fillcolor rgb '#CC79A7' linewidth 0.5
set label 'subsampling' at screen 0.45406,0.937269 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'accuracy lost (percentage points)' at screen 0.030602,0.528598 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
set lmargin at screen 0.112807
set rmargin at screen 0.958506
set bmargin at screen 0.566421
set tmargin at screen 0.857934
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.04:1.04]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 0.5, '' 1.0)
unset logscale y
set yrange [-3.9459999999999997:67.846]
set ytics out nomirror scale 0.4 format '' ('' 0.0, '' 20.0, '' 40.0, '' 60.0)
set label '0' at screen 0.096209,0.582443 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '20' at screen 0.096209,0.663654 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '40' at screen 0.096209,0.744864 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '60' at screen 0.096209,0.826075 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'ResNet' at screen 0.535656,0.882841 center noenhanced font ',7.5' textcolor rgb '#000000' front
plot $lesion1 using 1:2:(0.06) with boxes linewidth 0.5 linecolor rgb '#0072B2' fillstyle solid 0.85 border, \
    $lesion1 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#000000', \
    $lesion2 using 1:2:(0.06) with boxes linewidth 0.5 linecolor rgb '#CC79A7' fillstyle pattern 4 border, \
    $lesion2 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#000000', \
    36.23333333333329 with lines linewidth 0.7 linecolor rgb '#000000' dashtype '-', \
    0 with lines linewidth 0.5 linecolor rgb '#000000'
unset label; unset arrow; unset object; unset logscale
set lmargin at screen 0.112807
set rmargin at screen 0.958506
set bmargin at screen 0.199262
set tmargin at screen 0.501845
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.04:1.04]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 0.5, '' 1.0)
unset logscale y
set yrange [-3.9459999999999997:67.846]
set ytics out nomirror scale 0.4 format '' ('' 0.0, '' 20.0, '' 40.0, '' 60.0)
set label '0.0' at screen 0.144129,0.172509 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.5' at screen 0.535656,0.172509 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '1.0' at screen 0.927184,0.172509 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0' at screen 0.096209,0.215893 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '20' at screen 0.096209,0.300188 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '40' at screen 0.096209,0.384482 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '60' at screen 0.096209,0.468776 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'normalised depth' at screen 0.535656,0.133303 center noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'ViT' at screen 0.535656,0.526753 center noenhanced font ',7.5' textcolor rgb '#000000' front
plot $lesion3 using 1:2:(0.06) with boxes linewidth 0.5 linecolor rgb '#D55E00' fillstyle pattern 5 border, \
    $lesion3 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#000000', \
    $lesion4 using 1:2:(0.06) with boxes linewidth 0.5 linecolor rgb '#009E73' fillstyle pattern 2 border, \
    $lesion4 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#000000', \
    13.1375 with lines linewidth 0.7 linecolor rgb '#000000' dashtype '-', \
    0 with lines linewidth 0.5 linecolor rgb '#000000'
unset label; unset arrow; unset object; unset logscale
unset multiplot
set output
