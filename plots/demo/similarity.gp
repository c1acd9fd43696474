# Similarity of units of ResNet, ViT
# CKA of minibatches; below, units joined by average linkage of 1 − CKA.
#
# gnuplot FILE                        draws a PNG at 300 dots per inch
# gnuplot -e "format='svg'" FILE      draws SVG; format='pdf' draws PDF

if (!exists("format")) format = 'png'
if (!exists("output")) output = 'similarity.' . format
set encoding utf8
set style textbox opaque margins 0.4,0.3 fillcolor rgb 'white' noborder
if (format eq 'png') set terminal pngcairo enhanced rounded background rgb 'white' size 1004,2646 font 'DejaVu Sans,7' fontscale 3.125 linewidth 4.166666666666667 pointscale 4.166666666666667
if (format eq 'svg') set terminal svg enhanced rounded background rgb 'white' size 321,847 font 'DejaVu Sans,7' fontscale 1.3333333333333333 linewidth 1.3333333333333333
if (format eq 'pdf') set terminal pdfcairo enhanced rounded background rgb 'white' size 3.3472222222222223,8.819444444444445 font 'DejaVu Sans,7' fontscale 0.75 linewidth 2 pointscale 1
set output output

$similarity1 << EOD
# ResNet: unit, unit, CKA; NaN is a gap
0 0 1.0
1 0 0.9687087709009042
2 0 0.899964616957316
3 0 0.836151210135732
4 0 0.7964467368194211
5 0 0.7709869807649552
6 0 0.7243940202776222
7 0 0.6254354606153574
0 1 0.9687087709009042
1 1 1.0
2 1 0.9614051245149138
3 1 0.9172268551980448
4 1 0.8822947530417325
5 1 0.8545005779236998
6 1 0.7948204587553663
7 1 0.6845832066546406
0 2 0.899964616957316
1 2 0.9614051245149138
2 2 1.0
3 2 0.9752765489039633
4 2 0.9479331944662497
5 2 0.9091249231665739
6 2 0.8350002107439621
7 2 0.7026049085379372
0 3 0.836151210135732
1 3 0.9172268551980448
2 3 0.9752765489039633
3 3 1.0
4 3 0.9842004600375821
5 3 0.9446709962920432
6 3 0.8662878691805763
7 3 0.7228160901477738
0 4 0.7964467368194211
1 4 0.8822947530417325
2 4 0.9479331944662497
3 4 0.9842004600375821
4 4 1.0
5 4 0.9777399621310223
6 4 0.9064277709500587
7 4 0.7592188921777439
0 5 0.7709869807649552
1 5 0.8545005779236998
2 5 0.9091249231665739
3 5 0.9446709962920432
4 5 0.9777399621310223
5 5 1.0
6 5 0.9474844363231788
7 5 0.813171448447275
0 6 0.7243940202776222
1 6 0.7948204587553663
2 6 0.8350002107439621
3 6 0.8662878691805763
4 6 0.9064277709500587
5 6 0.9474844363231788
6 6 1.0
7 6 0.9244579219835718
0 7 0.6254354606153574
1 7 0.6845832066546406
2 7 0.7026049085379372
3 7 0.7228160901477738
4 7 0.7592188921777439
5 7 0.813171448447275
6 7 0.9244579219835718
7 7 1.0
EOD

$tree2 << EOD
# ResNet: distance, place
0.0 4.5
0.015799539962417897 4.5
0.015799539962417897 3.5
0.0 3.5

0.0 7.5
0.03129122909909576 7.5
0.03129122909909576 6.5
0.0 6.5

0.0 5.5
0.0383951283148935 5.5
0.0383951283148935 4.0
0.015799539962417897 4.0

0.0 2.5
0.0525155636768212 2.5
0.0525155636768212 1.5
0.0 1.5

0.0383951283148935 4.75
0.09345804458929391 4.75
0.09345804458929391 2.0
0.0525155636768212 2.0

0.03129122909909576 7.0
0.15618086656111965 7.0
0.15618086656111965 3.375
0.09345804458929391 3.375

0.15618086656111965 5.1875
0.25253029591938575 5.1875
0.25253029591938575 0.5
0.0 0.5
EOD

$similarity3 << EOD
# ViT: unit, unit, CKA; NaN is a gap
0 0 1.0
1 0 0.9991986757356349
2 0 0.9723692043616601
3 0 0.901550307349688
4 0 0.8889724576720964
5 0 0.8448791030867779
6 0 0.857516143316287
7 0 0.7495105206177859
8 0 0.7915653175994762
9 0 0.6302985409284186
0 1 0.9991986757356349
1 1 1.0
2 1 0.9779485630994719
3 1 0.9056290312366202
4 1 0.8938550952155101
5 1 0.8493301867840579
6 1 0.8632145951939
7 1 0.7554326852575793
8 1 0.7979812801921591
9 1 0.6447829481899405
0 2 0.9723692043616601
1 2 0.9779485630994719
2 2 1.0
3 2 0.9490533944590075
4 2 0.9433292306413016
5 2 0.9017210054311195
6 2 0.9141840889038109
7 2 0.7930344785368234
8 2 0.8378621757441012
9 2 0.7168282810609172
0 3 0.901550307349688
1 3 0.9056290312366202
2 3 0.9490533944590075
3 3 1.0
4 3 0.998745026737539
5 3 0.9849137618560233
6 3 0.9867683812514787
7 3 0.8806245434452652
8 3 0.9071921489748187
9 3 0.7152202029334664
0 4 0.8889724576720964
1 4 0.8938550952155101
2 4 0.9433292306413016
3 4 0.998745026737539
4 4 1.0
5 4 0.985435862289738
6 4 0.9882920999871967
7 4 0.8802725756184177
8 4 0.9068816180902591
9 4 0.724397218032067
0 5 0.8448791030867779
1 5 0.8493301867840579
2 5 0.9017210054311195
3 5 0.9849137618560233
4 5 0.985435862289738
5 5 1.0
6 5 0.9963478990831243
7 5 0.9078082494240023
8 5 0.9264791429935256
9 5 0.7184466104718026
0 6 0.857516143316287
1 6 0.8632145951939
2 6 0.9141840889038109
3 6 0.9867683812514787
4 6 0.9882920999871967
5 6 0.9963478990831243
6 6 1.0
7 6 0.915488799054698
8 6 0.9362008308046359
9 6 0.7307877316061159
0 7 0.7495105206177859
1 7 0.7554326852575793
2 7 0.7930344785368234
3 7 0.8806245434452652
4 7 0.8802725756184177
5 7 0.9078082494240023
6 7 0.915488799054698
7 7 1.0
8 7 0.9866510745542786
9 7 0.7044491646557194
0 8 0.7915653175994762
1 8 0.7979812801921591
2 8 0.8378621757441012
3 8 0.9071921489748187
4 8 0.9068816180902591
5 8 0.9264791429935256
6 8 0.9362008308046359
7 8 0.9866510745542786
8 8 1.0
9 8 0.7440559562638474
0 9 0.6302985409284186
1 9 0.6447829481899405
2 9 0.7168282810609172
3 9 0.7152202029334664
4 9 0.724397218032067
5 9 0.7184466104718026
6 9 0.7307877316061159
7 9 0.7044491646557194
8 9 0.7440559562638474
9 9 1.0
EOD

$tree4 << EOD
# ViT: distance, place
0.0 9.5
0.0008013242643650775 9.5
0.0008013242643650775 8.5
0.0 8.5

0.0 6.5
0.0012549732624610455 6.5
0.0012549732624610455 5.5
0.0 5.5

0.0 4.5
0.0036521009168757335 4.5
0.0036521009168757335 3.5
0.0 3.5

0.0 2.5
0.013348925445721416 2.5
0.013348925445721416 1.5
0.0 1.5

0.0012549732624610455 6.0
0.013647473653890824 6.0
0.013647473653890824 4.0
0.0036521009168757335 4.0

0.0008013242643650775 9.0
0.024841116269434027 9.0
0.024841116269434027 7.5
0.0 7.5

0.013647473653890824 5.0
0.09238151144929718 5.0
0.09238151144929718 2.0
0.013348925445721416 2.0

0.024841116269434027 8.25
0.14229882793121654 8.25
0.14229882793121654 3.5
0.09238151144929718 3.5

0.14229882793121654 5.875
0.29674814953974504 5.875
0.29674814953974504 0.5
0.0 0.5
EOD

set multiplot
set label 'CKA of minibatches; below, units joined by average linkage of 1 − CKA.' at screen 0.024896,0.012146 left noenhanced font ',5.5' textcolor rgb '#555555' front
set palette maxcolors 256 defined (0 '#440154', 1 '#48186a', 2 '#472d7b', 3 '#424086', 4 '#3b528b', 5 '#33638d', 6 '#2c728e', 7 '#26828e', 8 '#21918c', 9 '#1fa088', 10 '#28ae80', 11 '#3fbc73', 12 '#5ec962', 13 '#84d44b', 14 '#addc30', 15 '#d8e219', 16 '#fde725')
set cbrange [0.0:1.0]
set colorbox vertical user origin screen 0.853552,0.705137 size screen 0.029046,0.272028 noborder
set cbtics scale 0.4 format '' ('' 0.0, '' 0.5, '' 1.0)
set label '0.0' at screen 0.899195,0.705137 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.5' at screen 0.899195,0.841151 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '1.0' at screen 0.899195,0.977165 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'CKA' at screen 0.973548,0.841151 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
cells = format eq 'svg' ? 'image pixels' : 'image'
set lmargin at screen 0.099453
set rmargin at screen 0.816208
set bmargin at screen 0.705137
set tmargin at screen 0.977165
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.5:7.5]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 2.0, '' 4.0, '' 6.0)
unset logscale y
set yrange [-0.5:7.5]
set ytics out nomirror scale 0.4 format '' ('' 0.0, '' 2.0, '' 4.0, '' 6.0)
set label '0' at screen 0.14425,0.69372 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '2' at screen 0.323439,0.69372 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '4' at screen 0.502628,0.69372 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '6' at screen 0.681816,0.69372 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0' at screen 0.082856,0.722139 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '2' at screen 0.082856,0.790146 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '4' at screen 0.082856,0.858153 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '6' at screen 0.082856,0.92616 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'unit' at screen 0.457831,0.676988 center noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'unit' at screen 0.034751,0.841151 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'ResNet' at screen 0.457831,0.987795 center noenhanced font ',7.5' textcolor rgb '#000000' front
set object rectangle from graph 0,0 to graph 1,1 behind fillstyle solid 1.0 noborder fillcolor rgb '#e4e4e4'
plot $similarity1 using 1:2:3 with @cells
unset label; unset arrow; unset object; unset logscale
unset colorbox
set label 'conv1' at screen 0.111641,0.644586 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'layer1.0' at screen 0.111641,0.634507 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'layer1.1' at screen 0.111641,0.624429 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'layer2.0' at screen 0.111641,0.61435 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'layer2.1' at screen 0.111641,0.604271 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'layer3.0' at screen 0.111641,0.594192 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'layer3.1' at screen 0.111641,0.584114 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'linear' at screen 0.111641,0.574035 right noenhanced font ',5.0' textcolor rgb '#000000' front
set lmargin at screen 0.128239
set rmargin at screen 0.961527
set bmargin at screen 0.568995
set tmargin at screen 0.649625
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.007575908877581573:0.26010620479696733]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 0.1, '' 0.2)
unset logscale y
set yrange [0.0:8.0]
set ytics out nomirror scale 0.4 format '' ()
set label '0.0' at screen 0.151822,0.557578 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.1' at screen 0.46312,0.557578 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.2' at screen 0.774418,0.557578 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '1 − CKA' at screen 0.544883,0.540846 center noenhanced font ',7.0' textcolor rgb '#000000' front
unset ytics
set border 1
plot $tree2 using 1:2 with lines linewidth 0.8 linecolor rgb '#000000'
unset label; unset arrow; unset object; unset logscale
set colorbox vertical user origin screen 0.853552,0.218621 size screen 0.029046,0.272028 noborder
set cbtics scale 0.4 format '' ('' 0.0, '' 0.5, '' 1.0)
set label '0.0' at screen 0.899195,0.218621 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.5' at screen 0.899195,0.354635 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '1.0' at screen 0.899195,0.490649 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'CKA' at screen 0.973548,0.354635 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
cells = format eq 'svg' ? 'image pixels' : 'image'
set lmargin at screen 0.099453
set rmargin at screen 0.816208
set bmargin at screen 0.218621
set tmargin at screen 0.490649
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.5:9.5]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 2.0, '' 4.0, '' 6.0, '' 8.0)
unset logscale y
set yrange [-0.5:9.5]
set ytics out nomirror scale 0.4 format '' ('' 0.0, '' 2.0, '' 4.0, '' 6.0, '' 8.0)
set label '0' at screen 0.135291,0.207203 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '2' at screen 0.278642,0.207203 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '4' at screen 0.421993,0.207203 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '6' at screen 0.565344,0.207203 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '8' at screen 0.708695,0.207203 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0' at screen 0.082856,0.232222 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '2' at screen 0.082856,0.286628 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '4' at screen 0.082856,0.341033 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '6' at screen 0.082856,0.395439 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '8' at screen 0.082856,0.449845 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'unit' at screen 0.457831,0.190471 center noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'unit' at screen 0.034751,0.354635 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'ViT' at screen 0.457831,0.501279 center noenhanced font ',7.5' textcolor rgb '#000000' front
set object rectangle from graph 0,0 to graph 1,1 behind fillstyle solid 1.0 noborder fillcolor rgb '#e4e4e4'
plot $similarity3 using 1:2:3 with @cells
unset label; unset arrow; unset object; unset logscale
unset colorbox
set label 'patch_embed' at screen 0.168741,0.15807 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'blocks.0.attn' at screen 0.168741,0.147991 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'blocks.0.mlp' at screen 0.168741,0.137912 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'blocks.1.attn' at screen 0.168741,0.127833 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'blocks.1.mlp' at screen 0.168741,0.117755 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'blocks.2.attn' at screen 0.168741,0.107676 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'blocks.2.mlp' at screen 0.168741,0.097597 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'blocks.3.attn' at screen 0.168741,0.087518 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'blocks.3.mlp' at screen 0.168741,0.07744 right noenhanced font ',5.0' textcolor rgb '#000000' front
set label 'head' at screen 0.168741,0.067361 right noenhanced font ',5.0' textcolor rgb '#000000' front
set lmargin at screen 0.185338
set rmargin at screen 0.961527
set bmargin at screen 0.062322
set tmargin at screen 0.163109
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.008902444486192351:0.3056505940259374]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 0.1, '' 0.2, '' 0.30000000000000004)
unset logscale y
set yrange [0.0:10.0]
set ytics out nomirror scale 0.4 format '' ()
set label '0.0' at screen 0.207306,0.050904 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.1' at screen 0.454065,0.050904 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.2' at screen 0.700825,0.050904 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.3' at screen 0.947584,0.050904 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '1 − CKA' at screen 0.573433,0.034172 center noenhanced font ',7.0' textcolor rgb '#000000' front
unset ytics
set border 1
plot $tree4 using 1:2 with lines linewidth 0.8 linecolor rgb '#000000'
unset label; unset arrow; unset object; unset logscale
unset multiplot
set output
