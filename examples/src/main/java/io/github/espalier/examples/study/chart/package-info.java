/**
 * Line charts as inline SVG for a page of HTML: curves with confidence bands, marked thresholds and
 * a level to compare with. A {@link io.github.espalier.examples.study.chart.Chart} says what to
 * show, {@link io.github.espalier.examples.study.chart.ChartWriter} how it looks; colours are left
 * to the page's style sheet, so that a chart follows its light or dark scheme.
 */
@NullMarked
package io.github.espalier.examples.study.chart;

import org.jspecify.annotations.NullMarked;
