# Corrupted images: ResNet, ViT
# ResNet: clean accuracy 90.2%, mean corruption error 35.4%.
# ViT: clean accuracy 77.2%, mean corruption error 43.0%.
#
# gnuplot FILE                        draws a PNG at 300 dots per inch
# gnuplot -e "format='svg'" FILE      draws SVG; format='pdf' draws PDF

if (!exists("format")) format = 'png'
if (!exists("output")) output = 'corruptions.' . format
set encoding utf8
set style textbox opaque margins 0.4,0.3 fillcolor rgb 'white' noborder
if (format eq 'png') set terminal pngcairo enhanced rounded background rgb 'white' size 1004,1879 font 'DejaVu Sans,7' fontscale 3.125 linewidth 4.166666666666667 pointscale 4.166666666666667
if (format eq 'svg') set terminal svg enhanced rounded background rgb 'white' size 321,601 font 'DejaVu Sans,7' fontscale 1.3333333333333333 linewidth 1.3333333333333333
if (format eq 'pdf') set terminal pdfcairo enhanced rounded background rgb 'white' size 3.3472222222222223,6.263888888888889 font 'DejaVu Sans,7' fontscale 0.75 linewidth 2 pointscale 1
set output output

$accuracy1 << EOD
# ResNet: severity, corruption, accuracy in %
0 18 86.1
1 18 81.0
2 18 71.8
3 18 65.7
4 18 58.9
0 17 88.0
1 17 87.0
2 17 84.39999999999999
3 17 83.6
4 17 82.0
0 16 89.3
1 16 88.2
2 16 87.4
3 16 81.5
4 16 72.6
0 15 89.5
1 15 87.8
2 15 86.2
3 15 83.89999999999999
4 15 74.2
0 14 83.89999999999999
1 14 84.0
2 14 83.3
3 14 73.4
4 14 75.6
0 13 84.3
1 13 76.2
2 13 69.3
3 13 69.8
4 13 64.9
0 12 84.8
1 12 83.7
2 12 81.2
3 12 78.2
4 12 75.3
0 11 77.60000000000001
1 11 32.6
2 11 36.199999999999996
3 11 24.2
4 11 22.3
0 10 36.7
1 10 29.4
2 10 26.1
3 10 27.3
4 10 24.5
0 9 35.6
1 9 26.1
2 9 25.7
3 9 25.6
4 9 23.200000000000003
0 8 48.0
1 8 32.1
2 8 28.599999999999998
3 8 26.400000000000002
4 8 24.6
0 7 41.699999999999996
1 7 24.5
2 7 23.200000000000003
3 7 22.3
4 7 15.2
0 6 84.39999999999999
1 6 83.7
2 6 83.6
3 6 82.3
4 6 78.4
0 5 89.60000000000001
1 5 88.2
2 5 87.0
3 5 85.7
4 5 82.69999999999999
0 4 89.5
1 4 88.8
2 4 88.9
3 4 87.6
4 4 86.9
0 3 86.3
1 3 84.8
2 3 84.39999999999999
3 3 84.0
4 3 82.1
0 2 89.4
1 2 85.2
2 2 81.89999999999999
3 2 77.2
4 2 68.89999999999999
0 1 89.5
1 1 89.3
2 1 80.80000000000001
3 1 88.6
4 1 87.4
0 0 90.2
1 0 90.2
2 0 90.2
3 0 90.2
4 0 90.2
EOD

$accuracy2 << EOD
# ViT: severity, corruption, accuracy in %
0 18 76.8
1 18 74.4
2 18 70.6
3 18 66.7
4 18 62.9
0 17 76.8
1 17 77.10000000000001
2 17 76.7
3 17 76.6
4 17 77.4
0 16 74.5
1 16 71.89999999999999
2 16 68.2
3 16 62.0
4 16 55.2
0 15 77.0
1 15 76.1
2 15 75.3
3 15 74.8
4 15 69.6
0 14 72.0
1 14 72.8
2 14 72.7
3 14 68.0
4 14 70.0
0 13 76.0
1 13 73.1
2 13 69.89999999999999
3 13 69.19999999999999
4 13 63.9
0 12 75.3
1 12 72.2
2 12 68.7
3 12 66.0
4 12 64.1
0 11 71.6
1 11 42.199999999999996
2 11 39.6
3 11 24.0
4 11 20.0
0 10 33.5
1 10 25.6
2 10 21.2
3 10 19.6
4 10 18.0
0 9 36.0
1 9 20.3
2 9 16.8
3 9 15.2
4 9 12.1
0 8 69.5
1 8 28.999999999999996
2 8 21.3
3 8 16.0
4 8 10.0
0 7 56.2
1 7 19.8
2 7 15.4
3 7 13.100000000000001
4 7 10.0
0 6 71.89999999999999
1 6 71.5
2 6 69.5
3 6 69.6
4 6 68.8
0 5 75.5
1 5 76.7
2 5 75.1
3 5 76.1
4 5 71.5
0 4 76.3
1 4 75.8
2 4 75.4
3 4 75.9
4 4 76.3
0 3 76.8
1 3 77.2
2 3 77.4
3 3 77.3
4 3 76.7
0 2 76.8
1 2 74.8
2 2 73.3
3 2 71.6
4 2 69.3
0 1 75.0
1 1 72.39999999999999
2 1 58.4
3 1 73.4
4 1 71.7
0 0 77.2
1 0 77.2
2 0 77.2
3 0 77.2
4 0 77.2
EOD

set multiplot
set label 'ResNet: clean accuracy 90.2%, mean corruption error 35.4%. ViT: clean' at screen 0.024896,0.033564 left noenhanced font ',5.5' textcolor rgb '#555555' front
set label 'accuracy 77.2%, mean corruption error 43.0%.' at screen 0.024896,0.017101 left noenhanced font ',5.5' textcolor rgb '#555555' front
set palette maxcolors 256 defined (0 '#440154', 1 '#48186a', 2 '#472d7b', 3 '#424086', 4 '#3b528b', 5 '#33638d', 6 '#2c728e', 7 '#26828e', 8 '#21918c', 9 '#1fa088', 10 '#28ae80', 11 '#3fbc73', 12 '#5ec962', 13 '#84d44b', 14 '#addc30', 15 '#d8e219', 16 '#fde725')
set cbrange [10.0:90.2]
cells = format eq 'svg' ? 'image pixels' : 'image'
set colorbox vertical user origin screen 0.853998,0.588692 size screen 0.029046,0.379157 noborder
set cbtics scale 0.4 format '' ('' 20.0, '' 40.0, '' 60.0, '' 80.0)
set label '20' at screen 0.899641,0.635968 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '40' at screen 0.899641,0.730521 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '60' at screen 0.899641,0.825074 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '80' at screen 0.899641,0.919627 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'accuracy (%)' at screen 0.965249,0.778271 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
set lmargin at screen 0.280612
set rmargin at screen 0.816654
set bmargin at screen 0.588692
set tmargin at screen 0.967849
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.5:4.5]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 1.0, '' 2.0, '' 3.0, '' 4.0)
unset logscale y
set yrange [-0.5:18.5]
set ytics out nomirror scale 0.4 format '' ('' 0.0, '' 1.0, '' 2.0, '' 3.0, '' 4.0, '' 5.0, '' 6.0, '' 7.0, '' 8.0, '' 9.0, '' 10.0, '' 11.0, '' 12.0, '' 13.0, '' 14.0, '' 15.0, '' 16.0, '' 17.0, '' 18.0)
set label '1' at screen 0.334217,0.572616 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '2' at screen 0.441425,0.572616 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '3' at screen 0.548633,0.572616 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '4' at screen 0.655841,0.572616 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '5' at screen 0.76305,0.572616 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'saturate' at screen 0.264015,0.59867 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'spatter' at screen 0.264015,0.618625 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'gaussian blur' at screen 0.264015,0.638581 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'speckle noise' at screen 0.264015,0.658537 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'jpeg compression' at screen 0.264015,0.678492 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'pixelate' at screen 0.264015,0.698448 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'elastic transform' at screen 0.264015,0.718404 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'contrast' at screen 0.264015,0.738359 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'brightness' at screen 0.264015,0.758315 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'fog' at screen 0.264015,0.778271 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'frost' at screen 0.264015,0.798226 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'snow' at screen 0.264015,0.818182 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'zoom blur' at screen 0.264015,0.838137 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'motion blur' at screen 0.264015,0.858093 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'glass blur' at screen 0.264015,0.878049 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'defocus blur' at screen 0.264015,0.898004 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'impulse noise' at screen 0.264015,0.91796 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'shot noise' at screen 0.264015,0.937916 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'gaussian noise' at screen 0.264015,0.957871 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'severity' at screen 0.548633,0.549058 center noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'ResNet' at screen 0.548633,0.982816 center noenhanced font ',7.5' textcolor rgb '#000000' front
set object rectangle from graph 0,0 to graph 1,1 behind fillstyle solid 1.0 noborder fillcolor rgb '#e4e4e4'
plot $accuracy1 using 1:2:3 with @cells
unset label; unset arrow; unset object; unset logscale
set colorbox vertical user origin screen 0.853998,0.103659 size screen 0.029046,0.379157 noborder
set cbtics scale 0.4 format '' ('' 20.0, '' 40.0, '' 60.0, '' 80.0)
set label '20' at screen 0.899641,0.150935 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '40' at screen 0.899641,0.245488 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '60' at screen 0.899641,0.340041 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '80' at screen 0.899641,0.434594 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'accuracy (%)' at screen 0.965249,0.293237 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
set lmargin at screen 0.280612
set rmargin at screen 0.816654
set bmargin at screen 0.103659
set tmargin at screen 0.482816
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.5:4.5]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 1.0, '' 2.0, '' 3.0, '' 4.0)
unset logscale y
set yrange [-0.5:18.5]
set ytics out nomirror scale 0.4 format '' ('' 0.0, '' 1.0, '' 2.0, '' 3.0, '' 4.0, '' 5.0, '' 6.0, '' 7.0, '' 8.0, '' 9.0, '' 10.0, '' 11.0, '' 12.0, '' 13.0, '' 14.0, '' 15.0, '' 16.0, '' 17.0, '' 18.0)
set label '1' at screen 0.334217,0.087583 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '2' at screen 0.441425,0.087583 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '3' at screen 0.548633,0.087583 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '4' at screen 0.655841,0.087583 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '5' at screen 0.76305,0.087583 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'saturate' at screen 0.264015,0.113636 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'spatter' at screen 0.264015,0.133592 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'gaussian blur' at screen 0.264015,0.153548 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'speckle noise' at screen 0.264015,0.173503 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'jpeg compression' at screen 0.264015,0.193459 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'pixelate' at screen 0.264015,0.213415 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'elastic transform' at screen 0.264015,0.23337 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'contrast' at screen 0.264015,0.253326 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'brightness' at screen 0.264015,0.273282 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'fog' at screen 0.264015,0.293237 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'frost' at screen 0.264015,0.313193 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'snow' at screen 0.264015,0.333149 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'zoom blur' at screen 0.264015,0.353104 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'motion blur' at screen 0.264015,0.37306 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'glass blur' at screen 0.264015,0.393016 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'defocus blur' at screen 0.264015,0.412971 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'impulse noise' at screen 0.264015,0.432927 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'shot noise' at screen 0.264015,0.452882 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'gaussian noise' at screen 0.264015,0.472838 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'severity' at screen 0.548633,0.064024 center noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'ViT' at screen 0.548633,0.497783 center noenhanced font ',7.5' textcolor rgb '#000000' front
set object rectangle from graph 0,0 to graph 1,1 behind fillstyle solid 1.0 noborder fillcolor rgb '#e4e4e4'
plot $accuracy2 using 1:2:3 with @cells
unset label; unset arrow; unset object; unset logscale
unset multiplot
set output
