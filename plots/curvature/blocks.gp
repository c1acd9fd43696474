# Curvature of blocks of ResNet-20
# In loss / weight².
# Bars: 95%, normal.
#
# gnuplot FILE                        draws a PNG at 300 dots per inch
# gnuplot -e "format='svg'" FILE      draws SVG; format='pdf' draws PDF

if (!exists("format")) format = 'png'
if (!exists("output")) output = 'blocks.' . format
set encoding utf8
set style textbox opaque margins 0.4,0.3 fillcolor rgb 'white' noborder
if (format eq 'png') set terminal pngcairo enhanced rounded background rgb 'white' size 1004,1346 font 'DejaVu Sans,7' fontscale 3.125 linewidth 4.166666666666667 pointscale 4.166666666666667
if (format eq 'svg') set terminal svg enhanced rounded background rgb 'white' size 321,431 font 'DejaVu Sans,7' fontscale 1.3333333333333333 linewidth 1.3333333333333333
if (format eq 'pdf') set terminal pdfcairo enhanced rounded background rgb 'white' size 3.3472222222222223,4.486111111111111 font 'DejaVu Sans,7' fontscale 0.75 linewidth 2 pointscale 1
set output output

$curve1 << EOD
# ResNet-20: x, y, lower, upper
0.0 33.32788763062246 NaN NaN
1.0 116.41307225959329 NaN NaN
2.0 195.7788310037004 NaN NaN
3.0 99.87065491344146 NaN NaN
4.0 329.72370994583997 NaN NaN
5.0 155.89845971045466 NaN NaN
6.0 124.38133497472404 NaN NaN
7.0 176.3113487199091 NaN NaN
8.0 138.1558206532315 NaN NaN
9.0 144.3695782331775 NaN NaN
10.0 1.964047207427509 NaN NaN
EOD

$curve2 << EOD
# ResNet-20: x, y, lower, upper
0.0 33.32788763062246 NaN NaN
1.0 116.41307225959329 NaN NaN
2.0 195.7788310037004 NaN NaN
3.0 99.87065491344146 NaN NaN
4.0 329.72370994583997 NaN NaN
5.0 155.89845971045466 NaN NaN
6.0 124.38133497472404 NaN NaN
7.0 176.3113487199091 NaN NaN
8.0 138.1558206532315 NaN NaN
9.0 144.3695782331775 NaN NaN
10.0 1.964047207427509 NaN NaN
EOD

$curve3 << EOD
# ResNet-20: x, y, lower, upper
0.0 -1.037580409752456 NaN NaN
1.0 -4.319940379647418 NaN NaN
2.0 -4.691918850673611 NaN NaN
3.0 -6.315722419563511 NaN NaN
4.0 -5.686204193486777 NaN NaN
5.0 -6.146010622712186 NaN NaN
6.0 -7.198727111963674 NaN NaN
7.0 -5.352561819262137 NaN NaN
8.0 -8.244094041463574 NaN NaN
9.0 -4.179050747642136 NaN NaN
10.0 1.5162912355049808e-06 NaN NaN
EOD

$curve4 << EOD
# ResNet-20: x, y, lower, upper
0.0 -1.037580409752456 NaN NaN
1.0 -4.319940379647418 NaN NaN
2.0 -4.691918850673611 NaN NaN
3.0 -6.315722419563511 NaN NaN
4.0 -5.686204193486777 NaN NaN
5.0 -6.146010622712186 NaN NaN
6.0 -7.198727111963674 NaN NaN
7.0 -5.352561819262137 NaN NaN
8.0 -8.244094041463574 NaN NaN
9.0 -4.179050747642136 NaN NaN
10.0 1.5162912355049808e-06 NaN NaN
EOD

$curve5 << EOD
# ResNet-20: x, y, lower, upper
0.0 121.93058847190115 68.58033811771354 175.28083882608877
1.0 136.22911273236562 11.643764553272305 260.8144609114589
2.0 141.92447107984674 9.147372693320136 274.70156946637337
3.0 145.58088126117315 56.910110698471215 234.25165182387508
4.0 394.91003099109514 209.9201008745959 579.8999611075944
5.0 231.81994077740242 129.3084190204659 334.3314625343389
6.0 187.26044497825978 92.03699671921318 282.4838932373064
7.0 405.4131343066052 266.0685866298224 544.757681983388
8.0 360.4494098976061 199.50251598480176 521.3963038104104
9.0 423.73872088707026 263.364853759383 584.1125880147575
10.0 -7.485289893880524 -19.815909223132298 4.845329435371249
EOD

$curve6 << EOD
# ResNet-20: x, y, lower, upper
0.0 121.93058847190115 68.58033811771354 175.28083882608877
1.0 136.22911273236562 11.643764553272305 260.8144609114589
2.0 141.92447107984674 9.147372693320136 274.70156946637337
3.0 145.58088126117315 56.910110698471215 234.25165182387508
4.0 394.91003099109514 209.9201008745959 579.8999611075944
5.0 231.81994077740242 129.3084190204659 334.3314625343389
6.0 187.26044497825978 92.03699671921318 282.4838932373064
7.0 405.4131343066052 266.0685866298224 544.757681983388
8.0 360.4494098976061 199.50251598480176 521.3963038104104
9.0 423.73872088707026 263.364853759383 584.1125880147575
10.0 -7.485289893880524 -19.815909223132298 4.845329435371249
EOD

set multiplot
set label 'In loss / weight². Bars: 95%, normal.' at screen 0.024896,0.023878 left noenhanced font ',5.5' textcolor rgb '#555555' front
set lmargin at screen 0.134459
set rmargin at screen 0.9659
set bmargin at screen 0.71517
set tmargin at screen 0.981424
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.4:10.4]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 5.0, '' 10.0)
unset logscale y
set yrange [-17.70153255687724:349.38928971014474]
set ytics out nomirror scale 0.4 format '' ('' 0.0, '' 100.0, '' 200.0, '' 300.0)
set label '0' at screen 0.117862,0.728009 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '100' at screen 0.117862,0.80054 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '200' at screen 0.117862,0.873071 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '300' at screen 0.117862,0.945602 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'largest λ' at screen 0.034751,0.848297 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot $curve1 using 1:2 with lines linewidth 1 linecolor rgb '#0072B2' dashtype solid, \
    $curve2 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2'
unset label; unset arrow; unset object; unset logscale
set lmargin at screen 0.134459
set rmargin at screen 0.9659
set bmargin at screen 0.417957
set tmargin at screen 0.684211
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.4:10.4]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 5.0, '' 10.0)
unset logscale y
set yrange [-8.738739774928863:0.494647249756524]
set ytics out nomirror scale 0.4 format '' ('' -8.0, '' -6.0, '' -4.0, '' -2.0, '' 0.0)
set label '−8' at screen 0.117862,0.439259 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−6' at screen 0.117862,0.496931 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−4' at screen 0.117862,0.554603 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−2' at screen 0.117862,0.612275 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0' at screen 0.117862,0.669947 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'smallest λ' at screen 0.046706,0.551084 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot $curve3 using 1:2 with lines linewidth 1 linecolor rgb '#0072B2' dashtype solid, \
    $curve4 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2'
unset label; unset arrow; unset object; unset logscale
set lmargin at screen 0.134459
set rmargin at screen 0.9659
set bmargin at screen 0.120743
set tmargin at screen 0.386997
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.4:10.4]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 5.0, '' 10.0)
unset logscale y
set yrange [-56.05161905740569:620.3482978490309]
set ytics out nomirror scale 0.4 format '' ('' 0.0, '' 200.0, '' 400.0, '' 600.0)
set label '0' at screen 0.165253,0.098297 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '5' at screen 0.550179,0.098297 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '10' at screen 0.935105,0.098297 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0' at screen 0.117862,0.142807 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '200' at screen 0.117862,0.221534 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '400' at screen 0.117862,0.30026 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '600' at screen 0.117862,0.378987 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'block, from the input on' at screen 0.550179,0.065402 center noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'trace' at screen 0.034751,0.25387 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot $curve5 using 1:2 with lines linewidth 1 linecolor rgb '#0072B2' dashtype solid, \
    $curve6 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve6 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2'
unset label; unset arrow; unset object; unset logscale
unset multiplot
set output
