/**
 * Reports of studies: one page of HTML that needs nothing else, with curves, tables and images, and
 * the same numbers as CSV and Markdown. {@link
 * io.github.espalier.examples.study.report.StudyReport} writes them from a study's folder.
 */
@NullMarked
package io.github.espalier.examples.study.report;

import org.jspecify.annotations.NullMarked;
