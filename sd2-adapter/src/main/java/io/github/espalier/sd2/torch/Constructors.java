package io.github.espalier.sd2.torch;

import io.github.espalier.core.tensor.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The closed list of what a pickle may name: functions that make inert values, and such values. */
final class Constructors {
  /** A function that a pickle may call. */
  @FunctionalInterface
  interface Constructor {
    Object construct(@Nullable Object[] arguments);
  }

  /**
   * A class of TorchScript, of which a pickle makes modules.
   *
   * @param name its name
   */
  record ModuleClass(String name) {}

  private static final String MODULES = "__torch__.";
  private static final String CUSTOM_CLASSES = "__torch__.torch.classes.";

  private static final Map<String, Object> TENSORS = tensors();
  private static final Map<String, Object> SCRIPT = script();

  private final boolean torchScript;

  Constructors(boolean torchScript) {
    this.torchScript = torchScript;
  }

  /** Returns what a name stands for, or null if it is not in the list. */
  @Nullable Object find(String name) {
    Object found = TENSORS.get(name);
    if (found != null || !torchScript) {
      return found;
    }
    if (name.startsWith(MODULES) && !name.startsWith(CUSTOM_CLASSES)) {
      return new ModuleClass(name);
    }
    return SCRIPT.get(name);
  }

  private static Map<String, Object> tensors() {
    Map<String, Object> all = new HashMap<>();
    call(all, "collections.OrderedDict", Constructors::orderedDictionary);
    call(all, "torch.Size", arguments -> tuple(arguments, 0));
    call(all, "torch.device", arguments -> Inert.DEVICE);
    call(all, "torch._utils._rebuild_tensor", arguments -> tensor(arguments, 4, 4, false));
    call(all, "torch._utils._rebuild_tensor_v2", arguments -> tensor(arguments, 6, 7, false));
    call(all, "torch._utils._rebuild_tensor_v3", arguments -> tensor(arguments, 7, 8, true));
    call(all, "torch._utils._rebuild_parameter", Constructors::parameter);
    storageTypes(all);
    elementTypes(all);
    return Map.copyOf(all);
  }

  private static void storageTypes(Map<String, Object> all) {
    Map<String, DType> names = new HashMap<>();
    names.put("Float", DType.F32);
    names.put("Double", DType.F64);
    names.put("Half", DType.F16);
    names.put("BFloat16", DType.BF16);
    names.put("Long", DType.I64);
    names.put("Int", DType.I32);
    names.put("Short", DType.I16);
    names.put("Char", DType.I8);
    names.put("Byte", DType.U8);
    names.put("Bool", DType.BOOL);
    names.put("ComplexFloat", DType.C64);
    names.forEach((name, dtype) -> all.put("torch." + name + "Storage", new StorageType(dtype)));
    for (String module : List.of("torch.storage.", "torch.")) {
      all.put(module + "UntypedStorage", new StorageType(null));
      all.put(module + "_UntypedStorage", new StorageType(null));
    }
  }

  private static void elementTypes(Map<String, Object> all) {
    Map<String, DType> names = new HashMap<>();
    names.put("float32", DType.F32);
    names.put("float64", DType.F64);
    names.put("float16", DType.F16);
    names.put("bfloat16", DType.BF16);
    names.put("int64", DType.I64);
    names.put("int32", DType.I32);
    names.put("int16", DType.I16);
    names.put("int8", DType.I8);
    names.put("uint8", DType.U8);
    names.put("uint16", DType.U16);
    names.put("uint32", DType.U32);
    names.put("uint64", DType.U64);
    names.put("bool", DType.BOOL);
    names.put("complex64", DType.C64);
    names.put("float8_e4m3fn", DType.F8_E4M3);
    names.put("float8_e5m2", DType.F8_E5M2);
    names.put("float8_e4m3fnuz", DType.F8_E4M3FNUZ);
    names.put("float8_e5m2fnuz", DType.F8_E5M2FNUZ);
    names.put("float8_e8m0fnu", DType.F8_E8M0);
    names.forEach((name, dtype) -> all.put("torch." + name, new ElementType(dtype)));
  }

  private static Map<String, Object> script() {
    Map<String, Object> all = new HashMap<>();
    for (String type : List.of("int", "double", "bool", "tensor")) {
      call(all, "torch.jit._pickle.build_" + type + "list", arguments -> argument(arguments, 0));
    }
    call(all, "torch.jit._pickle.restore_type_tag", arguments -> argument(arguments, 0));
    return Map.copyOf(all);
  }

  private static void call(Map<String, Object> all, String name, Constructor constructor) {
    all.put(name, constructor);
  }

  private static Dictionary orderedDictionary(@Nullable Object[] arguments) {
    Dictionary dictionary = new Dictionary(Dictionary.Kind.ORDERED);
    if (arguments.length > 0) {
      if (!(arguments[0] instanceof List<?> pairs)) {
        throw new PickleDamage("an ordered dictionary is made of something other than a list");
      }
      for (Object pair : pairs) {
        @Nullable Object[] both = pair(pair);
        dictionary.put(both[0], both[1]);
      }
    }
    return dictionary;
  }

  /** Returns a key and a value; Python 2 wrote lists of two, others tuples. */
  private static @Nullable Object[] pair(@Nullable Object pair) {
    @Nullable Object[] both = {};
    if (pair instanceof List<?> list) {
      both = list.toArray();
    } else if (pair instanceof Object[] tuple) {
      both = tuple;
    }
    if (both.length != 2) {
      throw new PickleDamage("an ordered dictionary is made of something other than pairs");
    }
    return both;
  }

  private static Object parameter(@Nullable Object[] arguments) {
    if (argument(arguments, 0) instanceof View view) {
      return view;
    }
    throw new PickleDamage("a parameter is made of something other than a tensor");
  }

  private static View tensor(@Nullable Object[] arguments, int fewest, int most, boolean typed) {
    if (arguments.length < fewest
        || arguments.length > most
        || !(arguments[0] instanceof Storage storage)) {
      throw new PickleDamage("a tensor is not made of a storage, an offset, a size and strides");
    }
    ElementType said = null;
    if (typed) {
      if (!(arguments[6] instanceof ElementType type)) {
        throw new PickleDamage("a tensor has no known type of elements");
      }
      said = type;
    }
    Object metadata = arguments.length == most && most > 6 ? arguments[most - 1] : null;
    if (metadata instanceof Dictionary flags && !flags.entries().isEmpty()) {
      throw new PickleDamage("a tensor is a conjugate or negated view, which is not supported");
    }
    return View.of(
        storage,
        storage.dtype(said),
        number(arguments[1]),
        numbers(tuple(arguments, 2)),
        numbers(tuple(arguments, 3)));
  }

  /** Returns a whole number of a pickle. */
  static long number(@Nullable Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw new PickleDamage("there is no number of 64 bits where one is expected");
  }

  private static long[] numbers(@Nullable Object[] tuple) {
    long[] numbers = new long[tuple.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(tuple[i]);
    }
    return numbers;
  }

  private static @Nullable Object[] tuple(@Nullable Object[] arguments, int index) {
    if (argument(arguments, index) instanceof Object[] tuple) {
      return tuple;
    }
    throw new PickleDamage("there is no tuple where one is expected");
  }

  private static Object argument(@Nullable Object[] arguments, int index) {
    Object argument = index < arguments.length ? arguments[index] : null;
    if (argument == null) {
      throw new PickleDamage("a constructor lacks an argument");
    }
    return argument;
  }
}
