package io.github.espalier.sd2.nn;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Does with Espalier's layers what a golden case did with PyTorch's. */
final class CaseRunner {
  private final GoldenCase golden;
  private final Conv2d.Algorithm size;
  private final Compute compute;
  private final FormulaParameters parameters;

  private CaseRunner(
      GoldenCase golden, Conv2d.Algorithm size, Compute compute, FormulaParameters parameters) {
    this.golden = golden;
    this.size = size;
    this.compute = compute;
    this.parameters = parameters;
  }

  /** Runs a case; fails if it leaves a matrix of the workspace lent. */
  static float[] run(GoldenCase golden, Conv2d.Algorithm size, int threads) throws IOException {
    try (Compute compute = Compute.withThreads(threads);
        FormulaParameters parameters = new FormulaParameters()) {
      float[] result = new CaseRunner(golden, size, compute, parameters).run();
      if (compute.workspace().lent() != 0) {
        throw new AssertionError(golden + " did not release all matrices");
      }
      return result;
    }
  }

  private float[] run() throws IOException {
    return switch (golden.op()) {
      case "linear" -> linear();
      case "conv2d" -> convolution(golden.name(), "weight");
      case "Downsample2D" -> convolution(golden.name() + ".conv", "conv.weight");
      case "group_norm" -> groupNorm();
      case "layer_norm" -> layerNorm();
      case "softmax" -> softmax();
      case "scaled_dot_product_attention" -> dotProduct();
      case "Attention" -> golden.hasInput("context") ? crossAttention() : selfAttention();
      case "CLIPAttention" -> clipAttention();
      case "FeedForward" -> feedForward();
      case "ResnetBlock2D" -> resnet();
      case "interpolate" -> take(enlarge());
      case "Upsample2D" -> upsample();
      case "TimestepEmbedding" -> timeEmbedding();
      default -> throw new AssertionError("no such op: " + golden.op());
    };
  }

  private FloatMatrix rows(String input) {
    return golden.rows(parameters, input);
  }

  private FeatureMap maps(String input) {
    return golden.maps(parameters, input);
  }

  private float[] take(FloatMatrix result) {
    float[] values = result.toArray();
    compute.release(result);
    return values;
  }

  private float[] take(FeatureMap result) {
    float[] values = FormulaParameters.channelsFirst(result);
    compute.release(result.values());
    return values;
  }

  private Linear linear(String name) throws IOException {
    int[] shape = golden.weight(name + ".weight");
    String full = golden.name() + "." + name;
    return golden.weight(name + ".bias").length == 0
        ? Linear.loadWithoutBias(parameters, full, shape[1], shape[0])
        : Linear.load(parameters, full, shape[1], shape[0]);
  }

  private Linear fused(boolean hasBias, int in, int out, String... names) throws IOException {
    List<String> full = Arrays.stream(names).map(name -> golden.name() + "." + name).toList();
    return Linear.loadFused(parameters, full, in, out, hasBias);
  }

  private float[] linear() throws IOException {
    int[] shape = golden.weight("weight");
    Linear linear =
        golden.weight("bias").length == 0
            ? Linear.loadWithoutBias(parameters, golden.name(), shape[1], shape[0])
            : Linear.load(parameters, golden.name(), shape[1], shape[0]);
    return take(linear.forward(compute, rows("input"), golden.shape("input")[0]));
  }

  private float[] convolution(String name, String weight) throws IOException {
    int[] shape = golden.weight(weight);
    JsonNode sides = golden.argument("padding");
    Padding padding =
        new Padding(
            sides.get(2).intValue(),
            sides.get(3).intValue(),
            sides.get(0).intValue(),
            sides.get(1).intValue());
    int stride = golden.argument("stride").asInt(2);
    Conv2d.Geometry geometry = new Conv2d.Geometry(shape[2], shape[3], stride, padding);
    Conv2d conv = Conv2d.load(parameters, name, shape[1], shape[0], geometry, size);
    return take(conv.forward(compute, maps(golden.hasInput("input") ? "input" : "hidden_states")));
  }

  private GroupNorm groupNorm(String name, int channels) throws IOException {
    return GroupNorm.load(
        parameters,
        name,
        channels,
        golden.argument("groups").intValue(),
        golden.argument("eps").doubleValue());
  }

  private float[] groupNorm() throws IOException {
    FeatureMap in = maps("input");
    GroupNorm norm = groupNorm(golden.name(), in.channels());
    return take(in.with(norm.forward(compute, in, GroupNorm.Then.NOTHING)));
  }

  private float[] layerNorm() throws IOException {
    FloatMatrix in = rows("input");
    double epsilon = golden.argument("eps").doubleValue();
    LayerNorm norm = LayerNorm.load(parameters, golden.name(), in.columns(), epsilon);
    return take(norm.forward(compute, in));
  }

  /** With the identity as keys and as values an attention is a softmax of its queries. */
  private float[] softmax() {
    FloatMatrix in = rows("input");
    int width = in.columns();
    float[] identity = new float[width * width];
    for (int i = 0; i < width; i++) {
      identity[i * width + i] = 1;
    }
    FloatMatrix keys = parameters.filled(width, identity);
    return take(new Attention(1, 1, 1, Attention.Mask.NONE).forward(compute, in, keys, keys));
  }

  private FloatMatrix attend(
      FloatMatrix queries, FloatMatrix keys, FloatMatrix values, int samples) {
    int heads = golden.argument("heads").intValue();
    Attention.Mask mask =
        golden.argument("causal").asBoolean() ? Attention.Mask.CAUSAL : Attention.Mask.NONE;
    double scale = 1 / Math.sqrt((double) queries.columns() / heads);
    return new Attention(samples, heads, scale, mask).forward(compute, queries, keys, values);
  }

  /** The last step of all attentions: projections side by side are attended and projected. */
  private FloatMatrix attend(FloatMatrix projected, String out, int samples) throws IOException {
    int width = projected.columns() / 3;
    FloatMatrix attended =
        attend(
            projected.columns(0, width),
            projected.columns(width, width),
            projected.columns(2 * width, width),
            samples);
    compute.release(projected);
    FloatMatrix result = linear(out).forward(compute, attended, samples);
    compute.release(attended);
    return result;
  }

  private float[] dotProduct() {
    return take(attend(rows("query"), rows("key"), rows("value"), golden.shape("query")[0]));
  }

  private float[] selfAttention() throws IOException {
    if (golden.argument("groups").isMissingNode()) {
      FloatMatrix in = rows("hidden_states");
      Linear projections = fused(false, in.columns(), in.columns(), "to_q", "to_k", "to_v");
      int samples = golden.shape("hidden_states")[0];
      return take(attend(projections.forward(compute, in, samples), "to_out.0", samples));
    }
    FeatureMap in = maps("hidden_states");
    int channels = in.channels();
    FloatMatrix normed =
        groupNorm(golden.name() + ".group_norm", channels)
            .forward(compute, in, GroupNorm.Then.NOTHING);
    Linear projections = fused(true, channels, channels, "to_q", "to_k", "to_v");
    FloatMatrix projected = projections.forward(compute, in.with(normed));
    compute.release(normed);
    FloatMatrix sum = attend(projected, "to_out.0", in.samples());
    float[] values = sum.toArray();
    VectorMath.add(values, in.values().toArray(), values.length);
    sum.put(0, 0, values, 0, values.length);
    return take(in.with(sum));
  }

  private float[] crossAttention() throws IOException {
    FloatMatrix in = rows("hidden_states");
    FloatMatrix context = rows("context");
    int samples = golden.shape("context")[0];
    int width = in.columns();
    FloatMatrix queries = linear("to_q").forward(compute, in, samples);
    FloatMatrix text =
        fused(false, context.columns(), width, "to_k", "to_v").forward(compute, context, samples);
    FloatMatrix attended =
        attend(queries, text.columns(0, width), text.columns(width, width), samples);
    FloatMatrix out = linear("to_out.0").forward(compute, attended, samples);
    List.of(queries, text, attended).forEach(compute::release);
    return take(out);
  }

  private float[] clipAttention() throws IOException {
    FloatMatrix in = rows("hidden_states");
    int samples = golden.shape("hidden_states")[0];
    Linear projections = fused(true, in.columns(), in.columns(), "q_proj", "k_proj", "v_proj");
    return take(attend(projections.forward(compute, in, samples), "out_proj", samples));
  }

  private float[] feedForward() throws IOException {
    FloatMatrix in = rows("hidden_states");
    int samples = golden.shape("hidden_states")[0];
    int width = golden.weight("net.2.weight")[1];
    Geglu gate = Geglu.load(parameters, golden.name() + ".net.0.proj", in.columns(), width);
    FloatMatrix hidden = gate.forward(compute, in, samples);
    FloatMatrix out = linear("net.2").forward(compute, hidden, samples);
    compute.release(hidden);
    return take(out);
  }

  /** Sample by sample, since Espalier's block takes one time embedding for all of them. */
  private float[] resnet() throws IOException {
    FeatureMap all = maps("input");
    int[] first = golden.weight("conv1.weight");
    int timeWidth = golden.hasInput("temb") ? golden.shape("temb")[1] : 0;
    ResnetBlock block =
        ResnetBlock.load(
            parameters,
            golden.name(),
            first[1],
            first[0],
            timeWidth,
            golden.argument("groups").intValue(),
            golden.argument("eps").doubleValue());
    if (timeWidth == 0) {
      return take(block.forward(compute, all, null));
    }
    FloatMatrix times = rows("temb");
    Elementwise.apply(compute, Elementwise.Activation.SILU, times);
    int each = all.pixels() * first[0];
    float[] results = new float[all.samples() * each];
    for (int i = 0; i < all.samples(); i++) {
      FloatMatrix rows = all.values().rows(i * all.pixels(), all.pixels());
      FeatureMap one = new FeatureMap(rows, 1, all.height(), all.width());
      float[] result = take(block.forward(compute, one, times.rows(i, 1)));
      System.arraycopy(result, 0, results, i * each, each);
    }
    return results;
  }

  private FeatureMap enlarge() {
    FeatureMap in = maps("input");
    JsonNode extents = golden.argument("size");
    return extents.isMissingNode()
        ? Elementwise.nearest(compute, in, 2 * in.height(), 2 * in.width())
        : Elementwise.nearest(compute, in, extents.get(0).intValue(), extents.get(1).intValue());
  }

  private float[] upsample() throws IOException {
    FeatureMap large = enlarge();
    int channels = large.channels();
    Conv2d conv =
        Conv2d.load(
            parameters, golden.name() + ".conv", channels, channels, Conv2d.Geometry.SAME, size);
    FeatureMap out = conv.forward(compute, large);
    compute.release(large.values());
    return take(out);
  }

  private float[] timeEmbedding() throws IOException {
    FloatMatrix hidden = linear("linear_1").forward(compute, rows("input"), 1);
    Elementwise.apply(compute, Elementwise.Activation.SILU, hidden);
    FloatMatrix out = linear("linear_2").forward(compute, hidden, 1);
    compute.release(hidden);
    return take(out);
  }
}
