# Robustness by frequency of ResNet, ViT
# Δ accuracy is that on perturbed images minus that on clean ones; bars are paired intervals over examples.
#
# gnuplot FILE                        draws a PNG at 300 dots per inch
# gnuplot -e "format='svg'" FILE      draws SVG; format='pdf' draws PDF

if (!exists("format")) format = 'png'
if (!exists("output")) output = 'frequency.' . format
set encoding utf8
set style textbox opaque margins 0.4,0.3 fillcolor rgb 'white' noborder
if (format eq 'png') set terminal pngcairo enhanced rounded background rgb 'white' size 1004,1038 font 'DejaVu Sans,7' fontscale 3.125 linewidth 4.166666666666667 pointscale 4.166666666666667
if (format eq 'svg') set terminal svg enhanced rounded background rgb 'white' size 321,332 font 'DejaVu Sans,7' fontscale 1.3333333333333333 linewidth 1.3333333333333333
if (format eq 'pdf') set terminal pdfcairo enhanced rounded background rgb 'white' size 3.3472222222222223,3.4583333333333335 font 'DejaVu Sans,7' fontscale 0.75 linewidth 2 pointscale 1
set output output

$curve1 << EOD
# ResNet: x, y, lower, upper
0.1 -2.1999999999999997 -3.5999999999999996 -0.7975000000000023
0.2 -7.3999999999999995 -9.4 -5.3
0.3 -18.4 -21.2 -15.7
0.4 -20.7 -23.5 -17.797500000000003
0.5 -4.3999999999999995 -6.1 -2.6975000000000025
0.6 -10.7 -13.100000000000001 -8.1
0.7 -10.0 -12.4 -7.7
0.8 -9.0 -11.3 -6.7
0.9 -9.8 -12.002499999999998 -7.5
EOD

$curve2 << EOD
# ResNet: x, y, lower, upper
0.1 -2.1999999999999997 -3.5999999999999996 -0.7975000000000023
0.2 -7.3999999999999995 -9.4 -5.3
0.3 -18.4 -21.2 -15.7
0.4 -20.7 -23.5 -17.797500000000003
0.5 -4.3999999999999995 -6.1 -2.6975000000000025
0.6 -10.7 -13.100000000000001 -8.1
0.7 -10.0 -12.4 -7.7
0.8 -9.0 -11.3 -6.7
0.9 -9.8 -12.002499999999998 -7.5
EOD

$curve3 << EOD
# ViT: x, y, lower, upper
0.1 -1.5 -2.9000000000000004 -0.1
0.2 -3.4000000000000004 -5.402499999999997 -1.5
0.3 -18.9 -22.1 -15.7
0.4 -22.6 -25.802500000000002 -19.400000000000002
0.5 -3.2 -5.002499999999998 -1.0999999999999999
0.6 -10.9 -13.502499999999998 -8.197500000000002
0.7 -6.7 -9.2 -4.3999999999999995
0.8 -5.6000000000000005 -8.0 -3.1975000000000025
0.9 -8.5 -11.1 -5.997500000000002
EOD

$curve4 << EOD
# ViT: x, y, lower, upper
0.1 -1.5 -2.9000000000000004 -0.1
0.2 -3.4000000000000004 -5.402499999999997 -1.5
0.3 -18.9 -22.1 -15.7
0.4 -22.6 -25.802500000000002 -19.400000000000002
0.5 -3.2 -5.002499999999998 -1.0999999999999999
0.6 -10.9 -13.502499999999998 -8.197500000000002
0.7 -6.7 -9.2 -4.3999999999999995
0.8 -5.6000000000000005 -8.0 -3.1975000000000025
0.9 -8.5 -11.1 -5.997500000000002
EOD

$curve5 << EOD
# ResNet: x, y, lower, upper
0.1 -40.5 -43.8025 -37.4
0.2 -50.1 -53.6 -47.199999999999996
0.3 -52.900000000000006 -56.10000000000001 -49.9
0.4 -50.9 -54.0 -47.699999999999996
0.5 -33.800000000000004 -36.8 -30.8
0.6 -44.6 -47.9 -41.5
0.7 -37.0 -40.2025 -33.800000000000004
0.8 -33.900000000000006 -36.9 -30.8
0.9 -32.4 -35.5025 -29.7
EOD

$curve6 << EOD
# ResNet: x, y, lower, upper
0.1 -40.5 -43.8025 -37.4
0.2 -50.1 -53.6 -47.199999999999996
0.3 -52.900000000000006 -56.10000000000001 -49.9
0.4 -50.9 -54.0 -47.699999999999996
0.5 -33.800000000000004 -36.8 -30.8
0.6 -44.6 -47.9 -41.5
0.7 -37.0 -40.2025 -33.800000000000004
0.8 -33.900000000000006 -36.9 -30.8
0.9 -32.4 -35.5025 -29.7
EOD

$curve7 << EOD
# ViT: x, y, lower, upper
0.1 -26.700000000000003 -29.4 -24.0
0.2 -34.2 -37.1 -31.1
0.3 -48.699999999999996 -52.0025 -45.4
0.4 -54.400000000000006 -57.50249999999999 -51.300000000000004
0.5 -56.49999999999999 -59.599999999999994 -53.400000000000006
0.6 -60.099999999999994 -63.0025 -56.99999999999999
0.7 -49.5 -52.6 -46.400000000000006
0.8 -32.0 -34.9 -29.2975
0.9 -45.800000000000004 -48.902499999999996 -42.6
EOD

$curve8 << EOD
# ViT: x, y, lower, upper
0.1 -26.700000000000003 -29.4 -24.0
0.2 -34.2 -37.1 -31.1
0.3 -48.699999999999996 -52.0025 -45.4
0.4 -54.400000000000006 -57.50249999999999 -51.300000000000004
0.5 -56.49999999999999 -59.599999999999994 -53.400000000000006
0.6 -60.099999999999994 -63.0025 -56.99999999999999
0.7 -49.5 -52.6 -46.400000000000006
0.8 -32.0 -34.9 -29.2975
0.9 -45.800000000000004 -48.902499999999996 -42.6
EOD

set multiplot
set label 'Δ accuracy is that on perturbed images minus that on clean ones; bars are' at screen 0.024896,0.060793 left noenhanced font ',5.5' textcolor rgb '#555555' front
set label 'paired intervals over examples.' at screen 0.024896,0.030974 left noenhanced font ',5.5' textcolor rgb '#555555' front
set arrow from screen 0.3253,0.971888 to screen 0.39169,0.971888 nohead front linecolor rgb '#0072B2' linewidth 1.2 dashtype solid
set label 'ResNet' at screen 0.408288,0.971888 left noenhanced font ',6.5' textcolor rgb '#000000' front
set arrow from screen 0.548445,0.971888 to screen 0.614835,0.971888 nohead front linecolor rgb '#D55E00' linewidth 1.2 dashtype '-'
set label 'ViT' at screen 0.631433,0.971888 left noenhanced font ',6.5' textcolor rgb '#000000' front
set lmargin at screen 0.176314
set rmargin at screen 0.961527
set bmargin at screen 0.574297
set tmargin at screen 0.919679
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [0.068:0.932]
set xtics out nomirror scale 0.4 format '' ('' 0.2, '' 0.4, '' 0.6000000000000001, '' 0.8)
unset logscale y
set yrange [-27.34465:1.4421499999999998]
set ytics out nomirror scale 0.4 format '' ('' -20.0, '' -10.0, '' 0.0)
set label '−20' at screen 0.159716,0.662418 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−10' at screen 0.159716,0.782397 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0' at screen 0.159716,0.902376 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'Δ accuracy, random' at screen 0.034751,0.746988 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
set label '(%)' at screen 0.071058,0.746988 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot $curve1 using 1:2 with lines linewidth 1 linecolor rgb '#0072B2' dashtype solid, \
    $curve2 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve2 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve3 using 1:2 with lines linewidth 1 linecolor rgb '#D55E00' dashtype '-', \
    $curve4 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#D55E00', \
    $curve4 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#D55E00'
unset label; unset arrow; unset object; unset logscale
set lmargin at screen 0.176314
set rmargin at screen 0.961527
set bmargin at screen 0.188755
set tmargin at screen 0.534137
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [0.068:0.932]
set xtics out nomirror scale 0.4 format '' ('' 0.2, '' 0.4, '' 0.6000000000000001, '' 0.8)
unset logscale y
set yrange [-65.34264999999999:-21.65985]
set ytics out nomirror scale 0.4 format '' ('' -60.0, '' -50.0, '' -40.0, '' -30.0)
set label '0.2' at screen 0.296277,0.159639 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.4' at screen 0.478039,0.159639 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.6' at screen 0.659802,0.159639 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.8' at screen 0.841564,0.159639 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−60' at screen 0.159716,0.230997 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−50' at screen 0.159716,0.310063 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−40' at screen 0.159716,0.389129 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−30' at screen 0.159716,0.468194 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'frequency of the perturbation (π radian / pixel)' at screen 0.56892,0.116968 center noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'Δ accuracy, fgsm (%)' at screen 0.071058,0.361446 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot $curve5 using 1:2 with lines linewidth 1 linecolor rgb '#0072B2' dashtype solid, \
    $curve6 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve6 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve7 using 1:2 with lines linewidth 1 linecolor rgb '#D55E00' dashtype '-', \
    $curve8 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#D55E00', \
    $curve8 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#D55E00'
unset label; unset arrow; unset object; unset logscale
unset multiplot
set output
