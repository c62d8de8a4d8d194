package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * Which share of a pruned model is zero, by three denominators. Numerators are the selected weights
 * that are zero.
 *
 * @param textOfSelected of the text encoder's selected weights; 0 if it is dense
 * @param textOfComponent of the text encoder's parameters
 * @param unetOfSelected of the U-Net's selected weights; 0 if it is dense
 * @param unetOfComponent of the U-Net's parameters
 * @param ofSelected of all selected weights
 * @param ofModel of all parameters of the model
 * @param zeros how many selected weights are zero
 * @param selected how many weights are selected
 * @param parameters of the model
 */
@JsonPropertyOrder({
  "textOfSelected",
  "textOfComponent",
  "unetOfSelected",
  "unetOfComponent",
  "ofSelected",
  "ofModel",
  "zeros",
  "selected",
  "parameters",
})
public record Sparsities(
    double textOfSelected,
    double textOfComponent,
    double unetOfSelected,
    double unetOfComponent,
    double ofSelected,
    double ofModel,
    long zeros,
    long selected,
    long parameters) {}
