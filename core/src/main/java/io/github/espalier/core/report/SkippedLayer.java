package io.github.espalier.core.report;

import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.Shape;

/**
 * A layer of weights that was left as it was.
 *
 * @param component the part of the model that the layer belongs to
 * @param name the layer's name within the component
 * @param kind what the layer does
 * @param shape its extents
 * @param reason why it was left alone
 */
public record SkippedLayer(
    Component component, String name, LayerKind kind, Shape shape, String reason) {}
