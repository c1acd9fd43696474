# Feature map variance of ResNet, ViT
# Bars are intervals over examples.
#
# gnuplot FILE                        draws a PNG at 300 dots per inch
# gnuplot -e "format='svg'" FILE      draws SVG; format='pdf' draws PDF

if (!exists("format")) format = 'png'
if (!exists("output")) output = 'variance.' . format
set encoding utf8
set style textbox opaque margins 0.4,0.3 fillcolor rgb 'white' noborder
if (format eq 'png') set terminal pngcairo enhanced rounded background rgb 'white' size 1004,1046 font 'DejaVu Sans,7' fontscale 3.125 linewidth 4.166666666666667 pointscale 4.166666666666667
if (format eq 'svg') set terminal svg enhanced rounded background rgb 'white' size 321,335 font 'DejaVu Sans,7' fontscale 1.3333333333333333 linewidth 1.3333333333333333
if (format eq 'pdf') set terminal pdfcairo enhanced rounded background rgb 'white' size 3.3472222222222223,3.486111111111111 font 'DejaVu Sans,7' fontscale 0.75 linewidth 2 pointscale 1
set output output

$curve1 << EOD
# ResNet: x, y, lower, upper
0.0 0.15817016456089913 0.15545166159789078 0.16071108480724508
0.16666666666666666 0.25964405108615757 0.2562835397345014 0.262826132332068
0.3333333333333333 0.4012999325692654 0.3977784421581775 0.40486009922996163
0.5 0.370235830321908 0.3671825055722147 0.37325055693443865
0.6666666666666666 0.5248286230117083 0.5205441153686494 0.5292254187028855
0.8333333333333334 0.4306875369027257 0.4268386699974537 0.43447751579768956
1.0 0.6362909365147352 0.6311214405946433 0.641286421821639
EOD

$curve2 << EOD
# ResNet: x, y, lower, upper
0.0 0.15817016456089913 0.15545166159789078 0.16071108480724508
EOD

$curve3 << EOD
# ResNet: x, y, lower, upper
0.16666666666666666 0.25964405108615757 0.2562835397345014 0.262826132332068
0.3333333333333333 0.4012999325692654 0.3977784421581775 0.40486009922996163
0.6666666666666666 0.5248286230117083 0.5205441153686494 0.5292254187028855
1.0 0.6362909365147352 0.6311214405946433 0.641286421821639
EOD

$curve4 << EOD
# ResNet: x, y, lower, upper
0.5 0.370235830321908 0.3671825055722147 0.37325055693443865
0.8333333333333334 0.4306875369027257 0.4268386699974537 0.43447751579768956
EOD

$curve5 << EOD
# ViT: x, y, lower, upper
0.0 0.20076740998402237 0.19714187787305565 0.20422555523104965
0.125 0.2011933045350015 0.1976093546457123 0.20462743446440435
0.25 0.31121741846203804 0.30703965036449954 0.3151856814521365
0.375 0.32132466984912755 0.3174285587899387 0.32503796014152464
0.5 0.3615145920142531 0.3576136015461758 0.3653504031609744
0.625 0.38368060129135845 0.37951728278920055 0.38768587676081806
0.75 0.3723837768137455 0.3684351790860295 0.3761256186578423
0.875 0.3760313817486167 0.3722672272685915 0.3796028144717217
1.0 0.38659435317665336 0.3828486763793975 0.3902068334529176
EOD

$curve6 << EOD
# ViT: x, y, lower, upper
0.0 0.20076740998402237 0.19714187787305565 0.20422555523104965
EOD

$curve7 << EOD
# ViT: x, y, lower, upper
0.125 0.2011933045350015 0.1976093546457123 0.20462743446440435
0.375 0.32132466984912755 0.3174285587899387 0.32503796014152464
0.625 0.38368060129135845 0.37951728278920055 0.38768587676081806
0.875 0.3760313817486167 0.3722672272685915 0.3796028144717217
EOD

$curve8 << EOD
# ViT: x, y, lower, upper
0.25 0.31121741846203804 0.30703965036449954 0.3151856814521365
0.5 0.3615145920142531 0.3576136015461758 0.3653504031609744
0.75 0.3723837768137455 0.3684351790860295 0.3761256186578423
1.0 0.38659435317665336 0.3828486763793975 0.3902068334529176
EOD

$curve9 << EOD
# ResNet: x, y, lower, upper
0.0 69.38170424699783 69.13476144999265 69.62191543199121
0.16666666666666666 68.07940636277199 67.54726038634777 68.59713154502212
0.3333333333333333 79.63065259307623 79.29867795098573 79.97593455541879
0.5 64.5633723050356 64.32319915976376 64.78400359131396
0.6666666666666666 73.11787633299828 72.69423509150744 73.54478814408183
0.8333333333333334 53.99257449954749 53.64008300717921 54.34491255551577
1.0 50.10453137755394 49.67720211837441 50.52876911908387
EOD

$curve10 << EOD
# ResNet: x, y, lower, upper
0.0 69.38170424699783 69.13476144999265 69.62191543199121
EOD

$curve11 << EOD
# ResNet: x, y, lower, upper
0.16666666666666666 68.07940636277199 67.54726038634777 68.59713154502212
0.3333333333333333 79.63065259307623 79.29867795098573 79.97593455541879
0.6666666666666666 73.11787633299828 72.69423509150744 73.54478814408183
1.0 50.10453137755394 49.67720211837441 50.52876911908387
EOD

$curve12 << EOD
# ResNet: x, y, lower, upper
0.5 64.5633723050356 64.32319915976376 64.78400359131396
0.8333333333333334 53.99257449954749 53.64008300717921 54.34491255551577
EOD

$curve13 << EOD
# ViT: x, y, lower, upper
0.0 60.243445993959895 59.855324525199826 60.628016430102285
0.125 60.0277594178915 59.62420135270804 60.40913662679493
0.25 51.86795309633017 51.41315984353423 52.32998969078064
0.375 51.95496602803469 51.52698304973543 52.356817879751326
0.5 46.27837065160275 45.85342286394909 46.69298396211117
0.625 48.0377222687006 47.61413436863572 48.46754691530019
0.75 57.213503307104105 56.82233367901296 57.5961249344796
0.875 57.00880040377378 56.68063301995397 57.35642797902227
1.0 58.405588266253474 58.06426969408989 58.75936211138965
EOD

$curve14 << EOD
# ViT: x, y, lower, upper
0.0 60.243445993959895 59.855324525199826 60.628016430102285
EOD

$curve15 << EOD
# ViT: x, y, lower, upper
0.125 60.0277594178915 59.62420135270804 60.40913662679493
0.375 51.95496602803469 51.52698304973543 52.356817879751326
0.625 48.0377222687006 47.61413436863572 48.46754691530019
0.875 57.00880040377378 56.68063301995397 57.35642797902227
EOD

$curve16 << EOD
# ViT: x, y, lower, upper
0.25 51.86795309633017 51.41315984353423 52.32998969078064
0.5 46.27837065160275 45.85342286394909 46.69298396211117
0.75 57.213503307104105 56.82233367901296 57.5961249344796
1.0 58.405588266253474 58.06426969408989 58.75936211138965
EOD

set multiplot
set label 'Bars are intervals over examples.' at screen 0.024896,0.030727 left noenhanced font ',5.5' textcolor rgb '#555555' front
set arrow from screen 0.086257,0.972112 to screen 0.152647,0.972112 nohead front linecolor rgb '#0072B2' linewidth 1.2 dashtype solid
set label 'ResNet' at screen 0.169245,0.972112 left noenhanced font ',6.5' textcolor rgb '#000000' front
set arrow from screen 0.309402,0.972112 to screen 0.375792,0.972112 nohead front linecolor rgb '#D55E00' linewidth 1.2 dashtype '-'
set label 'ViT' at screen 0.39239,0.972112 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '' at screen 0.510346,0.972112 point pointtype 7 pointsize 0.5 linecolor rgb '#000000' front
set label 'stem' at screen 0.560138,0.972112 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '' at screen 0.70367,0.972112 point pointtype 5 pointsize 0.5 linecolor rgb '#000000' front
set label 'convolution' at screen 0.753463,0.972112 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '' at screen 0.191089,0.932271 point pointtype 9 pointsize 0.5 linecolor rgb '#000000' front
set label 'subsampling' at screen 0.240882,0.932271 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '' at screen 0.490439,0.932271 point pointtype 11 pointsize 0.5 linecolor rgb '#000000' front
set label 'attention' at screen 0.540231,0.932271 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '' at screen 0.740409,0.932271 point pointtype 13 pointsize 0.5 linecolor rgb '#000000' front
set label 'mlp' at screen 0.790202,0.932271 left noenhanced font ',6.5' textcolor rgb '#000000' front
set lmargin at screen 0.153263
set rmargin at screen 0.961527
set bmargin at screen 0.537849
set tmargin at screen 0.880478
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.04:1.04]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 0.5, '' 1.0)
unset logscale y
set yrange [0.1263015759844659:0.6704365074350639]
set ytics out nomirror scale 0.4 format '' ('' 0.2, '' 0.4, '' 0.6000000000000001)
set label '0.2' at screen 0.136666,0.584255 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.4' at screen 0.136666,0.71019 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.6' at screen 0.136666,0.836126 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'feature map variance' at screen 0.062313,0.709163 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot $curve1 using 1:2 with lines linewidth 1 linecolor rgb '#0072B2' dashtype solid, \
    $curve2 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve2 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve3 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve3 using 1:2 with points pointtype 5 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve4 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve4 using 1:2 with points pointtype 9 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve5 using 1:2 with lines linewidth 1 linecolor rgb '#D55E00' dashtype '-', \
    $curve6 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#D55E00', \
    $curve6 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#D55E00', \
    $curve7 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#D55E00', \
    $curve7 using 1:2 with points pointtype 11 pointsize 0.4 linecolor rgb '#D55E00', \
    $curve8 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#D55E00', \
    $curve8 using 1:2 with points pointtype 13 pointsize 0.4 linecolor rgb '#D55E00'
unset label; unset arrow; unset object; unset logscale
set lmargin at screen 0.153263
set rmargin at screen 0.961527
set bmargin at screen 0.155378
set tmargin at screen 0.498008
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.04:1.04]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 0.5, '' 1.0)
unset logscale y
set yrange [43.80607216246091:82.02328525690697]
set ytics out nomirror scale 0.4 format '' ('' 50.0, '' 60.0, '' 70.0, '' 80.0)
set label '0.0' at screen 0.183199,0.126494 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.5' at screen 0.557395,0.126494 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '1.0' at screen 0.931591,0.126494 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '50' at screen 0.136666,0.210909 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '60' at screen 0.136666,0.300562 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '70' at screen 0.136666,0.390215 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '80' at screen 0.136666,0.479869 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'normalised depth' at screen 0.557395,0.084163 center noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'channels that carry it' at screen 0.034751,0.326693 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
set label '(%)' at screen 0.071058,0.326693 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot $curve9 using 1:2 with lines linewidth 1 linecolor rgb '#0072B2' dashtype solid, \
    $curve10 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve10 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve11 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve11 using 1:2 with points pointtype 5 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve12 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve12 using 1:2 with points pointtype 9 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve13 using 1:2 with lines linewidth 1 linecolor rgb '#D55E00' dashtype '-', \
    $curve14 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#D55E00', \
    $curve14 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#D55E00', \
    $curve15 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#D55E00', \
    $curve15 using 1:2 with points pointtype 11 pointsize 0.4 linecolor rgb '#D55E00', \
    $curve16 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#D55E00', \
    $curve16 using 1:2 with points pointtype 13 pointsize 0.4 linecolor rgb '#D55E00'
unset label; unset arrow; unset object; unset logscale
unset multiplot
set output
