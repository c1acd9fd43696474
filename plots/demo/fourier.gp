# Spectra of the feature maps of ResNet, ViT
# Δ log amplitude is that along half of the diagonal of the spectrum minus that at frequency 0, the mean over channels and examples.
# Bars are intervals over examples.
#
# gnuplot FILE                        draws a PNG at 300 dots per inch
# gnuplot -e "format='svg'" FILE      draws SVG; format='pdf' draws PDF

if (!exists("format")) format = 'png'
if (!exists("output")) output = 'fourier.' . format
set encoding utf8
set style textbox opaque margins 0.4,0.3 fillcolor rgb 'white' noborder
if (format eq 'png') set terminal pngcairo enhanced rounded background rgb 'white' size 1004,1833 font 'DejaVu Sans,7' fontscale 3.125 linewidth 4.166666666666667 pointscale 4.166666666666667
if (format eq 'svg') set terminal svg enhanced rounded background rgb 'white' size 321,587 font 'DejaVu Sans,7' fontscale 1.3333333333333333 linewidth 1.3333333333333333
if (format eq 'pdf') set terminal pdfcairo enhanced rounded background rgb 'white' size 3.3472222222222223,6.111111111111111 font 'DejaVu Sans,7' fontscale 0.75 linewidth 2 pointscale 1
set output output

$family1 << EOD
# ResNet: x, y, depth
0.0 0.0 0.0
0.07142857142857142 -2.528122722864151 0.0
0.14285714285714285 -3.035402406692505 0.0
0.21428571428571427 -3.4146230425834654 0.0
0.2857142857142857 -3.7329401903152464 0.0
0.35714285714285715 -3.928316006541252 0.0
0.42857142857142855 -4.142168400287628 0.0
0.5 -4.309740972042084 0.0
0.5714285714285714 -4.426733526587486 0.0
0.6428571428571429 -4.544683579683304 0.0
0.7142857142857143 -4.653592800021172 0.0
0.7857142857142857 -4.746464918375016 0.0
0.8571428571428571 -4.840004394888878 0.0
0.9285714285714286 -4.89830053460598 0.0
1.0 -5.251195041656494 0.0

0.0 0.0 0.16666666666666666
0.07142857142857142 -2.664607602596283 0.16666666666666666
0.14285714285714285 -3.126684502124786 0.16666666666666666
0.21428571428571427 -3.4327766398191453 0.16666666666666666
0.2857142857142857 -3.782889714479446 0.16666666666666666
0.35714285714285715 -4.004505976796151 0.16666666666666666
0.42857142857142855 -4.247292454242706 0.16666666666666666
0.5 -4.444233898520469 0.16666666666666666
0.5714285714285714 -4.588275532126427 0.16666666666666666
0.6428571428571429 -4.714586695671081 0.16666666666666666
0.7142857142857143 -4.830880956172943 0.16666666666666666
0.7857142857142857 -4.919835161566734 0.16666666666666666
0.8571428571428571 -5.003515137672425 0.16666666666666666
0.9285714285714286 -5.0552278056144715 0.16666666666666666
1.0 -5.40584823858738 0.16666666666666666

0.0 0.0 0.3333333333333333
0.07142857142857142 -2.482263657450676 0.3333333333333333
0.14285714285714285 -2.9383492197990417 0.3333333333333333
0.21428571428571427 -3.2797355782985687 0.3333333333333333
0.2857142857142857 -3.6858578882217405 0.3333333333333333
0.35714285714285715 -4.007694962382317 0.3333333333333333
0.42857142857142855 -4.298316099405289 0.3333333333333333
0.5 -4.5409445573091505 0.3333333333333333
0.5714285714285714 -4.724265287041664 0.3333333333333333
0.6428571428571429 -4.852977325320244 0.3333333333333333
0.7142857142857143 -4.946936101794243 0.3333333333333333
0.7857142857142857 -5.036376573801041 0.3333333333333333
0.8571428571428571 -5.102995834589004 0.3333333333333333
0.9285714285714286 -5.141164580345154 0.3333333333333333
1.0 -5.495185301303864 0.3333333333333333

0.0 0.0 0.5
0.14285714285714285 -2.1657542203068734 0.5
0.2857142857142857 -2.6314110981225967 0.5
0.42857142857142855 -2.997102176785469 0.5
0.5714285714285714 -3.3936545499563215 0.5
0.7142857142857143 -3.606350227355957 0.5
0.8571428571428571 -3.7339831885099413 0.5
1.0 -4.123378078818321 0.5

0.0 0.0 0.6666666666666666
0.14285714285714285 -2.0966036993265154 0.6666666666666666
0.2857142857142857 -2.6685597137212755 0.6666666666666666
0.42857142857142855 -3.1516242256164553 0.6666666666666666
0.5714285714285714 -3.540644529700279 0.6666666666666666
0.7142857142857143 -3.7762074179649354 0.6666666666666666
0.8571428571428571 -3.9154367338418963 0.6666666666666666
1.0 -4.314723001718521 0.6666666666666666

0.0 0.0 0.8333333333333334
0.2857142857142857 -1.644201516389847 0.8333333333333334
0.5714285714285714 -2.2880246245861056 0.8333333333333334
0.8571428571428571 -2.5968455984592436 0.8333333333333334

0.0 0.0 1.0
0.2857142857142857 -1.637408272922039 1.0
0.5714285714285714 -2.381715104877949 1.0
0.8571428571428571 -2.6811686652898787 1.0
EOD

$family2 << EOD
# ViT: x, y, depth
0.0 0.0 0.0
0.2857142857142857 -0.6581643099933863 0.0
0.5714285714285714 -1.2091755147129297 0.0
0.8571428571428571 -1.405647135257721 0.0

0.0 0.0 0.125
0.2857142857142857 -0.6345750722438097 0.125
0.5714285714285714 -1.1842022977471351 0.125
0.8571428571428571 -1.3799617676138878 0.125

0.0 0.0 0.25
0.2857142857142857 -0.5585286105126143 0.25
0.5714285714285714 -1.2022687581628562 0.25
0.8571428571428571 -1.4193165529817342 0.25

0.0 0.0 0.375
0.2857142857142857 -0.8014994978308677 0.375
0.5714285714285714 -1.4595756554752588 0.375
0.8571428571428571 -1.6819821417927743 0.375

0.0 0.0 0.5
0.2857142857142857 -0.8182853178977967 0.5
0.5714285714285714 -1.4592011049985885 0.5
0.8571428571428571 -1.6883156681656837 0.5

0.0 0.0 0.625
0.2857142857142857 -1.0324119967520238 0.625
0.5714285714285714 -1.680662240564823 0.625
0.8571428571428571 -1.9187232870161532 0.625

0.0 0.0 0.75
0.2857142857142857 -0.9606883275806903 0.75
0.5714285714285714 -1.6208790434598923 0.75
0.8571428571428571 -1.8516413381099701 0.75

0.0 0.0 0.875
0.2857142857142857 -1.3050143397152423 0.875
0.5714285714285714 -1.967392603546381 0.875
0.8571428571428571 -2.190539400190115 0.875

0.0 0.0 1.0
0.2857142857142857 -1.2896405875980854 1.0
0.5714285714285714 -1.9396343105435372 1.0
0.8571428571428571 -2.171103791028261 1.0
EOD

$curve3 << EOD
# ResNet: x, y, lower, upper
0.0 -5.251195041656494 -5.273683997693658 -5.2296801056087014
0.16666666666666666 -5.40584823858738 -5.42413588528335 -5.3887352334201335
0.3333333333333333 -5.495185301303864 -5.511101888751983 -5.479378328710795
0.5 -4.123378078818321 -4.135715296992659 -4.111591587656736
0.6666666666666666 -4.314723001718521 -4.327035446262359 -4.302476446086168
0.8333333333333334 -2.5968455984592436 -2.60475278468132 -2.588480338512361
1.0 -2.6811686652898787 -2.686463709756732 -2.6757555525958536
EOD

$curve4 << EOD
# ResNet: x, y, lower, upper
0.0 -5.251195041656494 -5.273683997693658 -5.2296801056087014
EOD

$curve5 << EOD
# ResNet: x, y, lower, upper
0.16666666666666666 -5.40584823858738 -5.42413588528335 -5.3887352334201335
0.3333333333333333 -5.495185301303864 -5.511101888751983 -5.479378328710795
0.6666666666666666 -4.314723001718521 -4.327035446262359 -4.302476446086168
1.0 -2.6811686652898787 -2.686463709756732 -2.6757555525958536
EOD

$curve6 << EOD
# ResNet: x, y, lower, upper
0.5 -4.123378078818321 -4.135715296992659 -4.111591587656736
0.8333333333333334 -2.5968455984592436 -2.60475278468132 -2.588480338512361
EOD

$curve7 << EOD
# ViT: x, y, lower, upper
0.0 -1.405647135257721 -1.4224715364970268 -1.3892928198754786
0.125 -1.3799617676138878 -1.397305794558674 -1.3635326668918133
0.25 -1.4193165529817342 -1.4383646894738078 -1.400701421541348
0.375 -1.6819821417927743 -1.7008346558354794 -1.6613053480654956
0.5 -1.6883156681656837 -1.7083982325814664 -1.66785090867728
0.625 -1.9187232870161532 -1.940751993315667 -1.8957220672361552
0.75 -1.8516413381099701 -1.872274022448063 -1.8282732629150151
0.875 -2.190539400190115 -2.2149487933762373 -2.1655568259224296
1.0 -2.171103791028261 -2.1964946094222366 -2.1468146509878334
EOD

$curve8 << EOD
# ViT: x, y, lower, upper
0.0 -1.405647135257721 -1.4224715364970268 -1.3892928198754786
EOD

$curve9 << EOD
# ViT: x, y, lower, upper
0.125 -1.3799617676138878 -1.397305794558674 -1.3635326668918133
0.375 -1.6819821417927743 -1.7008346558354794 -1.6613053480654956
0.625 -1.9187232870161532 -1.940751993315667 -1.8957220672361552
0.875 -2.190539400190115 -2.2149487933762373 -2.1655568259224296
EOD

$curve10 << EOD
# ViT: x, y, lower, upper
0.25 -1.4193165529817342 -1.4383646894738078 -1.400701421541348
0.5 -1.6883156681656837 -1.7083982325814664 -1.66785090867728
0.75 -1.8516413381099701 -1.872274022448063 -1.8282732629150151
1.0 -2.171103791028261 -2.1964946094222366 -2.1468146509878334
EOD

set multiplot
set label 'Δ log amplitude is that along half of the diagonal of the spectrum minus that at' at screen 0.024896,0.051278 left noenhanced font ',5.5' textcolor rgb '#555555' front
set label 'frequency 0, the mean over channels and examples. Bars are intervals over' at screen 0.024896,0.034403 left noenhanced font ',5.5' textcolor rgb '#555555' front
set label 'examples.' at screen 0.024896,0.017528 left noenhanced font ',5.5' textcolor rgb '#555555' front
set palette maxcolors 256 defined (0 '#440154', 1 '#48186a', 2 '#472d7b', 3 '#424086', 4 '#3b528b', 5 '#33638d', 6 '#2c728e', 7 '#26828e', 8 '#21918c', 9 '#1fa088', 10 '#28ae80', 11 '#3fbc73', 12 '#5ec962', 13 '#84d44b', 14 '#addc30', 15 '#d8e219', 16 '#fde725')
set cbrange [0:1]
set colorbox vertical user origin screen 0.853552,0.730682 size screen 0.029046,0.236364 noborder
set cbtics scale 0.4 format '' ('' 0.0, '' 0.5, '' 1.0)
set label '0.0' at screen 0.899195,0.730682 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.5' at screen 0.899195,0.848864 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '1.0' at screen 0.899195,0.967045 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'normalised depth' at screen 0.965249,0.848864 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
set lmargin at screen 0.122504
set rmargin at screen 0.816208
set bmargin at screen 0.730682
set tmargin at screen 0.967045
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [0.0:1.0]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 0.2, '' 0.4, '' 0.6000000000000001, '' 0.8, '' 1.0)
unset logscale y
set yrange [-5.769944566369057:0.2747592650651932]
set ytics out nomirror scale 0.4 format '' ('' -4.0, '' -2.0, '' 0.0)
set label '−4' at screen 0.105906,0.799891 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−2' at screen 0.105906,0.878096 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0' at screen 0.105906,0.956302 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'Δ log amplitude' at screen 0.034751,0.848864 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'ResNet' at screen 0.469356,0.982386 center noenhanced font ',7.5' textcolor rgb '#000000' front
plot $family1 using 1:2:3 with lines linewidth 1 linecolor palette
unset label; unset arrow; unset object; unset logscale
unset colorbox
set lmargin at screen 0.122504
set rmargin at screen 0.816208
set bmargin at screen 0.461364
set tmargin at screen 0.697727
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [0.0:1.0]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 0.2, '' 0.4, '' 0.6000000000000001, '' 0.8, '' 1.0)
unset logscale y
set yrange [-5.769944566369057:0.2747592650651932]
set ytics out nomirror scale 0.4 format '' ('' -4.0, '' -2.0, '' 0.0)
set label '0.0' at screen 0.122504,0.444886 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.2' at screen 0.261245,0.444886 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.4' at screen 0.399985,0.444886 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.6' at screen 0.538726,0.444886 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.8' at screen 0.677467,0.444886 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '1.0' at screen 0.816208,0.444886 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−4' at screen 0.105906,0.530573 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−2' at screen 0.105906,0.608778 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0' at screen 0.105906,0.686983 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'frequency (π)' at screen 0.469356,0.420739 center noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'Δ log amplitude' at screen 0.034751,0.579545 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'ViT' at screen 0.469356,0.713068 center noenhanced font ',7.5' textcolor rgb '#000000' front
plot $family2 using 1:2:3 with lines linewidth 1 linecolor palette
unset label; unset arrow; unset object; unset logscale
unset colorbox
set arrow from screen 0.086257,0.369886 to screen 0.152647,0.369886 nohead front linecolor rgb '#0072B2' linewidth 1.2 dashtype solid
set label 'ResNet' at screen 0.169245,0.369886 left noenhanced font ',6.5' textcolor rgb '#000000' front
set arrow from screen 0.309402,0.369886 to screen 0.375792,0.369886 nohead front linecolor rgb '#D55E00' linewidth 1.2 dashtype '-'
set label 'ViT' at screen 0.39239,0.369886 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '' at screen 0.510346,0.369886 point pointtype 7 pointsize 0.5 linecolor rgb '#000000' front
set label 'stem' at screen 0.560138,0.369886 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '' at screen 0.70367,0.369886 point pointtype 5 pointsize 0.5 linecolor rgb '#000000' front
set label 'convolution' at screen 0.753463,0.369886 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '' at screen 0.191089,0.347159 point pointtype 9 pointsize 0.5 linecolor rgb '#000000' front
set label 'subsampling' at screen 0.240882,0.347159 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '' at screen 0.490439,0.347159 point pointtype 11 pointsize 0.5 linecolor rgb '#000000' front
set label 'attention' at screen 0.540231,0.347159 left noenhanced font ',6.5' textcolor rgb '#000000' front
set label '' at screen 0.740409,0.347159 point pointtype 13 pointsize 0.5 linecolor rgb '#000000' front
set label 'mlp' at screen 0.790202,0.347159 left noenhanced font ',6.5' textcolor rgb '#000000' front
set lmargin at screen 0.158811
set rmargin at screen 0.961527
set bmargin at screen 0.122159
set tmargin at screen 0.317614
unset key
set border 3 linewidth 0.6 linecolor rgb '#000000'
unset logscale x
set xrange [-0.04:1.04]
set xtics out nomirror scale 0.4 format '' ('' 0.0, '' 0.5, '' 1.0)
unset logscale y
set yrange [-5.759956042063593:-1.114678513580203]
set ytics out nomirror scale 0.4 format '' ('' -5.0, '' -4.0, '' -3.0, '' -2.0)
set label '0.0' at screen 0.188541,0.105682 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '0.5' at screen 0.560169,0.105682 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '1.0' at screen 0.931797,0.105682 center noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−5' at screen 0.142213,0.154135 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−4' at screen 0.142213,0.196211 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−3' at screen 0.142213,0.238287 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label '−2' at screen 0.142213,0.280363 right noenhanced font ',6.5' textcolor rgb '#000000' front
set label 'normalised depth' at screen 0.560169,0.081534 center noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'Δ log amplitude at the' at screen 0.034751,0.219886 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
set label 'high end' at screen 0.071058,0.219886 center rotate by 90 noenhanced font ',7.0' textcolor rgb '#000000' front
plot $curve3 using 1:2 with lines linewidth 1 linecolor rgb '#0072B2' dashtype solid, \
    $curve4 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve4 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve5 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve5 using 1:2 with points pointtype 5 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve6 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#0072B2', \
    $curve6 using 1:2 with points pointtype 9 pointsize 0.4 linecolor rgb '#0072B2', \
    $curve7 using 1:2 with lines linewidth 1 linecolor rgb '#D55E00' dashtype '-', \
    $curve8 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#D55E00', \
    $curve8 using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '#D55E00', \
    $curve9 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#D55E00', \
    $curve9 using 1:2 with points pointtype 11 pointsize 0.4 linecolor rgb '#D55E00', \
    $curve10 using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed linewidth 0.7 linecolor rgb '#D55E00', \
    $curve10 using 1:2 with points pointtype 13 pointsize 0.4 linecolor rgb '#D55E00'
unset label; unset arrow; unset object; unset logscale
unset multiplot
set output
