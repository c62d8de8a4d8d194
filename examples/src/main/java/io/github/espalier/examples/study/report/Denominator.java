package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.run.Sparsities;

/** What the zeros of a pruned model are counted against. */
enum Denominator {
  /** The weights of a part that the experiment selects: what methods are told, and papers print. */
  SELECTED("selected", "selected weights") {
    @Override
    double of(Sparsities sparsity, StudyPart part) {
      return part == StudyPart.TEXT ? sparsity.textOfSelected() : sparsity.unetOfSelected();
    }

    @Override
    String axis(StudyPart part) {
      return "sparsity of the " + part.label() + "'s selected weights";
    }
  },
  /** All parameters of the part. */
  COMPONENT("component", "component") {
    @Override
    double of(Sparsities sparsity, StudyPart part) {
      return part == StudyPart.TEXT ? sparsity.textOfComponent() : sparsity.unetOfComponent();
    }

    @Override
    String axis(StudyPart part) {
      return "sparsity of the whole " + part.label();
    }
  },
  /** All parameters of the model. */
  MODEL("model", "whole model") {
    @Override
    double of(Sparsities sparsity, StudyPart part) {
      return sparsity.ofModel();
    }

    @Override
    String axis(StudyPart part) {
      return "sparsity of the whole model";
    }
  };

  private final String key;
  private final String label;

  Denominator(String key, String label) {
    this.key = key;
    this.label = label;
  }

  /** The share of zeros, if only this part is pruned. */
  abstract double of(Sparsities sparsity, StudyPart part);

  /** What an axis says of it. */
  abstract String axis(StudyPart part);

  String key() {
    return key;
  }

  String label() {
    return label;
  }
}
