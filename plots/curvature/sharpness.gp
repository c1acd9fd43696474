# Sharpness of ResNet-20
# None of them tells how well a network generalises.
#
# gnuplot FILE                        draws a PNG at 300 dots per inch
# gnuplot -e "format='svg'" FILE      draws SVG; format='pdf' draws PDF

if (!exists("format")) format = 'png'
if (!exists("output")) output = 'sharpness.' . format
set encoding utf8
set style textbox opaque margins 0.4,0.3 fillcolor rgb 'white' noborder
if (format eq 'png') set terminal pngcairo enhanced rounded background rgb 'white' size 1004,1004 font 'DejaVu Sans,7' fontscale 3.125 linewidth 4.166666666666667 pointscale 4.166666666666667
if (format eq 'svg') set terminal svg enhanced rounded background rgb 'white' size 321,321 font 'DejaVu Sans,7' fontscale 1.3333333333333333 linewidth 1.3333333333333333
if (format eq 'pdf') set terminal pdfcairo enhanced rounded background rgb 'white' size 3.3472222222222223,3.3472222222222223 font 'DejaVu Sans,7' fontscale 0.75 linewidth 2 pointscale 1
set output output

$curve1 << EOD
# ResNet-20: x, y, lower, upper
0.01 0.21524867954548865 NaN NaN
0.02 0.513457535063004 NaN NaN
0.05 1.5523604885256144 NaN NaN
0.1 3.8350548430346247 NaN NaN
0.2 11.90290555668318 NaN NaN
EOD

$curve2 << EOD
# ResNet-20: x, y, lower, upper
0.01 0.050002036826640506 NaN NaN
0.02 0.10427448302895881 NaN NaN
0.05 0.3084862041398284 NaN NaN
0.1 0.7272488399412231 NaN NaN
0.2 1.720467282151004 NaN NaN
EOD

$curve3 << EOD
# ResNet-20: x, y, lower, upper
0.01 0.21524867954548865 NaN NaN
0.02 0.513457535063004 NaN NaN
0.05 1.5523604885256144 NaN NaN
0.1 3.8350548430346247 NaN NaN
0.2 11.90290555668318 NaN NaN
EOD

$curve4 << EOD
# ResNet-20: x, y, lower, upper
0.01 0.050002036826640506 NaN NaN
0.02 0.10427448302895881 NaN NaN
0.05 0.3084862041398284 NaN NaN
0.1 0.7272488399412231 NaN NaN
0.2 1.720467282151004 NaN NaN
EOD

$curve5 << EOD
# ResNet-20: x, y, lower, upper
0.01 0.20010683558480435 NaN NaN
0.02 0.43842267576131233 NaN NaN
0.05 1.2484346378608748 NaN NaN
0.1 2.624245545067209 NaN NaN
0.2 5.350644160480542 NaN NaN
EOD

$curve6 << EOD
# ResNet-20: x, y, lower, upper
0.01 0.04980732808974153 NaN NaN
0.02 0.1027865864918307 NaN NaN
0.05 0.2794338587344565 NaN NaN
0.1 0.6200341650502259 NaN NaN
0.2 1.3737336020276558 NaN NaN
EOD

$curve7 << EOD
# ResNet-20: x, y, lower, upper
0.01 0.20010683558480435 NaN NaN
0.02 0.43842267576131233 NaN NaN
0.05 1.2484346378608748 NaN NaN
0.1 2.624245545067209 NaN NaN
0.2 5.350644160480542 NaN NaN
EOD

$curve8 << EOD
# ResNet-20: x, y, lower, upper
0.01 0.04980732808974153 NaN NaN
0.02 0.1027865864918307 NaN NaN
0.05 0.2794338587344565 NaN NaN
0.1 0.6200341650502259 NaN NaN
0.2 1.3737336020276558 NaN NaN
EOD

set multiplot
set label 'None of them tells how well a network generalises.' at screen 0.024896,0.032002 left noenhanced font ',5.5' textcolor rgb '#555555' front
set label '' at screen 0.295448,0.970954 point pointtype 7 pointsize 0.5 linecolor rgb '#0072B2' front
set label 'worst case' at screen 0.345241,0.970954 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '' at screen 0.567677,0.970954 point pointtype 5 pointsize 0.5 linecolor rgb '#D55E00' front
set label 'adaptive' at screen 0.617469,0.970954 left noenhanced font ',6.5' textcolor rgb '#000000' front
set lmargin at screen 0.143204
set rmargin at screen 0.952776
set bmargin at screen 0.560166
set tmargin at screen 0.917012
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
set logscale x 10
set xrange [0.008870718549931569:0.2254608788163422]
set xtics out nomirror scale 0.4 format '' ('' 0.01, '' 0.02, '' 0.05, '' 0.1, '' 0.2)
set logscale y 10
set yrange [0.03600706959356968:16.529240749310645]
set ytics out nomirror scale 0.4 format '' ('' 0.1, '' 1.0, '' 10.0)
set label '10⁻¹' at screen 0.126606,0.619636 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '10⁰' at screen 0.126606,0.753695 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '10¹' at screen 0.126606,0.887754 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'rise of the loss (nats)' at screen 0.03545,0.738589 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot $curve1 using 1:2 with lines linewidth 1 linecolor rgb '#0072B2' dashtype solid, \
    $curve2 using 1:2 with lines linewidth 1 linecolor rgb '#D55E00' dashtype solid, \
    $curve3 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve4 using 1:2 with points pointtype 5 pointsize 0.4 linecolor rgb '#D55E00'
unset label; unset arrow; unset object; unset logscale
set lmargin at screen 0.143204
set rmargin at screen 0.952776
set bmargin at screen 0.161826
set tmargin at screen 0.518672
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
set logscale x 10
set xrange [0.008870718549931569:0.2254608788163422]
set xtics out nomirror scale 0.4 format '' ('' 0.01, '' 0.02, '' 0.05, '' 0.1, '' 0.2)
set logscale y 10
set yrange [0.0376206656149102:7.08390680591498]
set ytics out nomirror scale 0.4 format '' ('' 0.05, '' 0.1, '' 0.2, '' 0.5, '' 1.0, '' 2.0, '' 5.0)
set label '0.01' at screen 0.173188,0.131743 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.02' at screen 0.34663,0.131743 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.05' at screen 0.575908,0.131743 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.1' at screen 0.74935,0.131743 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.2' at screen 0.922792,0.131743 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.05' at screen 0.126606,0.181206 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.1' at screen 0.126606,0.228427 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.2' at screen 0.126606,0.275648 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.5' at screen 0.126606,0.338072 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '1' at screen 0.126606,0.385293 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '2' at screen 0.126606,0.432515 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '5' at screen 0.126606,0.494938 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'radius ρ, in weights; of adaptive, in shares of them' at screen 0.54799,0.087656 center noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'after one step (nats)' at screen 0.034751,0.340249 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot $curve5 using 1:2 with lines linewidth 1 linecolor rgb '#0072B2' dashtype solid, \
    $curve6 using 1:2 with lines linewidth 1 linecolor rgb '#D55E00' dashtype solid, \
    $curve7 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve8 using 1:2 with points pointtype 5 pointsize 0.4 linecolor rgb '#D55E00'
unset label; unset arrow; unset object; unset logscale
unset multiplot
set output
