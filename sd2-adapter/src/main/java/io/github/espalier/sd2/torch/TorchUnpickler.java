package io.github.espalier.sd2.torch;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.Unpickler;
import org.jspecify.annotations.Nullable;

/**
 * Reads pickles that make tensors, and refuses all others.
 *
 * <p>The library's own way of finding constructors is never reached: every step that names, calls
 * or fills an object is done here, from {@link Constructors} alone. Steps that carry a length are
 * checked before the library allocates anything; those that the library does in quadratic time, or
 * by hashing whatever it finds, are done here too. All failures are {@link
 * CheckpointFormatException}s that name the file, or {@link IOException}s of the system.
 */
final class TorchUnpickler extends Unpickler {
  /** Most steps of all pickles of a file; a tensor takes about fifty. */
  static final int MOST_STEPS = 2_000_000;

  /** Most bytes of one text or byte string. */
  static final int MOST_TEXT = 1 << 20;

  private static final int MOST_DIGITS = 1000;
  private static final int MOST_NAME = 1000;

  private final Path file;
  private final PickleInput bytes;
  private final Constructors constructors;
  private final Map<String, Storage.Root> storages = new HashMap<>();
  private int steps;

  TorchUnpickler(Path file, PickleInput bytes, Constructors constructors) {
    this.file = file;
    this.bytes = bytes;
    this.constructors = constructors;
  }

  /** Returns the storages that the pickles so far refer to, by their keys. */
  Map<String, Storage.Root> storages() {
    return storages;
  }

  /** Reads the next pickle. */
  @Nullable Object read() throws IOException {
    try {
      return load(bytes);
    } catch (CheckpointFormatException e) {
      throw e;
    } catch (PickleDamage e) {
      throw CheckpointFormatException.of(file, damage() + e.getMessage());
    } catch (RuntimeException e) {
      // Whatever the library does with values that do not fit: a wrong cast, an empty stack.
      throw CheckpointFormatException.of(
          file, damage() + "a step does not fit what precedes it", e);
    }
  }

  private String damage() {
    return "the pickle is damaged before byte " + bytes.position() + ": ";
  }

  @Override
  protected Object dispatch(short step) throws IOException {
    if (++steps > MOST_STEPS) {
      throw new PickleDamage("it has more than " + MOST_STEPS + " steps, which no weights need");
    }
    if (isOfObjects(step) || isOfCollections(step)) {
      return NO_RETURN_VALUE;
    }
    requireBounds(step);
    return super.dispatch(step);
  }

  /** Does the steps that name, call or fill objects, or refuses them. */
  private boolean isOfObjects(short step) throws IOException {
    switch (step) {
      case Opcodes.GLOBAL -> stack.add(find(bytes.line(MOST_NAME) + "." + bytes.line(MOST_NAME)));
      case Opcodes.STACK_GLOBAL -> {
        String name = text(stack.pop());
        stack.add(find(text(stack.pop()) + "." + name));
      }
      case Opcodes.INST -> throw refused(bytes.line(MOST_NAME) + "." + bytes.line(MOST_NAME));
      case Opcodes.REDUCE -> call();
      case Opcodes.NEWOBJ -> newModule();
      case Opcodes.BUILD -> build();
      case Opcodes.OBJ,
          Opcodes.NEWOBJ_EX,
          Opcodes.EXT1,
          Opcodes.EXT2,
          Opcodes.EXT4,
          Opcodes.PERSID,
          Opcodes.BYTEARRAY8,
          Opcodes.NEXT_BUFFER,
          Opcodes.READONLY_BUFFER ->
          throw new PickleDamage(
              "the step 0x" + Integer.toHexString(step) + " is none that tensors need");
      default -> {
        return false;
      }
    }
    return true;
  }

  private Object find(String name) {
    Object found = constructors.find(name);
    if (found == null) {
      throw refused(name);
    }
    return found;
  }

  private CheckpointFormatException refused(String name) {
    String place = PickleStack.place(stack);
    return CheckpointFormatException.of(
        file,
        Printable.name(name)
            + (place.isEmpty() ? "" : ", in the entry " + Printable.name(place) + ",")
            + " is not a tensor's constructor; the file is refused, and nothing of it was run; if"
            + " you trust it, save its dictionary of tensors alone with PyTorch, and convert"
            + " that");
  }

  private void call() {
    Object arguments = stack.pop();
    Object called = stack.pop();
    if (!(called instanceof Constructors.Constructor constructor)) {
      throw new PickleDamage("it calls something that is no function");
    }
    if (!(arguments instanceof Object[] tuple)) {
      throw new PickleDamage("it calls a function without a tuple of arguments");
    }
    stack.add(constructor.construct(tuple));
  }

  private void newModule() {
    Object arguments = stack.pop();
    boolean module =
        stack.pop() instanceof Constructors.ModuleClass
            && arguments instanceof Object[] tuple
            && tuple.length == 0;
    if (!module) {
      throw new PickleDamage("it makes an object that is no module of TorchScript");
    }
    stack.add(new Dictionary(Dictionary.Kind.MODULE));
  }

  private void build() {
    Object state = stack.pop();
    if (!(stack.peek() instanceof Dictionary dictionary)) {
      throw new PickleDamage("it sets the state of an object that has none");
    }
    dictionary.build(state);
  }

  /** Does the steps of dictionaries, of sets, which become lists, and of parts of the stack. */
  private boolean isOfCollections(short step) {
    switch (step) {
      case Opcodes.EMPTY_DICT -> stack.add(new Dictionary(Dictionary.Kind.PLAIN));
      case Opcodes.DICT -> {
        List<Object> entries = stack.pop_all_since_marker();
        stack.add(new Dictionary(Dictionary.Kind.PLAIN));
        put(entries);
      }
      case Opcodes.SETITEM -> {
        Object value = stack.pop();
        Object key = stack.pop();
        dictionary().put(key, value);
      }
      case Opcodes.SETITEMS -> put(stack.pop_all_since_marker());
      case Opcodes.EMPTY_SET -> stack.add(new ArrayList<>());
      case Opcodes.FROZENSET -> stack.add(stack.pop_all_since_marker());
      case Opcodes.APPENDS, Opcodes.ADDITEMS -> {
        List<Object> items = stack.pop_all_since_marker();
        list().addAll(items);
      }
      case Opcodes.POP_MARK -> stack.pop_all_since_marker();
      default -> {
        return false;
      }
    }
    return true;
  }

  private void put(List<Object> entries) {
    if (entries.size() % 2 != 0) {
      throw new PickleDamage("a dictionary has a key without a value");
    }
    for (int i = 0; i < entries.size(); i += 2) {
      dictionary().put(entries.get(i), entries.get(i + 1));
    }
  }

  private Dictionary dictionary() {
    if (stack.peek() instanceof Dictionary dictionary) {
      return dictionary;
    }
    throw new PickleDamage("an entry is put into something that is no dictionary");
  }

  @SuppressWarnings("unchecked") // All lists here are made by the library or by this class.
  private List<Object> list() {
    if (stack.peek() instanceof ArrayList<?> list) {
      return (List<Object>) list;
    }
    throw new PickleDamage("items are added to something that is no list");
  }

  /** Checks lengths and numbers before the library reads them. */
  private void requireBounds(short step) throws IOException {
    switch (step) {
      case Opcodes.INT, Opcodes.LONG, Opcodes.FLOAT, Opcodes.GET, Opcodes.PUT ->
          bytes.requireLine(MOST_DIGITS);
      case Opcodes.STRING, Opcodes.UNICODE -> bytes.requireLine(PickleInput.LOOK_AHEAD - 1);
      case Opcodes.LONG4 -> requireLength(4, MOST_DIGITS);
      case Opcodes.BINSTRING, Opcodes.BINUNICODE, Opcodes.BINBYTES -> requireLength(4, MOST_TEXT);
      case Opcodes.BINUNICODE8, Opcodes.BINBYTES8 -> requireLength(8, MOST_TEXT);
      default -> {
        // The rest has a fixed size, or at most 255 bytes.
      }
    }
  }

  private void requireLength(int width, int most) throws IOException {
    long length = bytes.peek(width);
    if (Long.compareUnsigned(length, most) > 0) {
      throw new PickleDamage(
          "it has a text or number of "
              + Long.toUnsignedString(length)
              + " bytes where "
              + most
              + " are allowed");
    }
  }

  @Override
  protected Object persistentLoad(Object id) {
    boolean storage =
        id instanceof Object[] parts
            && (parts.length == 5 || parts.length == 6)
            && "storage".equals(parts[0])
            && parts[1] instanceof StorageType
            && parts[2] instanceof String
            && parts[3] instanceof String;
    if (!storage) {
      throw new PickleDamage("it refers to something outside of it that is no storage");
    }
    @Nullable Object[] parts = (Object[]) id;
    StorageType type = (StorageType) Objects.requireNonNull(parts[1]);
    Storage.Root root = root((String) Objects.requireNonNull(parts[2]), type, parts[4]);
    Object view = parts.length == 6 ? parts[5] : null;
    if (view == null) {
      return new Storage(root, type, 0, root.byteSize());
    }
    if (!(view instanceof Object[] range) || range.length != 3) {
      throw new PickleDamage("a view of a storage has no key, offset and size");
    }
    return part(root, type, Constructors.number(range[1]), Constructors.number(range[2]));
  }

  private Storage.Root root(String key, StorageType type, @Nullable Object elements) {
    long count = Constructors.number(elements);
    if (count < 0 || count > Long.MAX_VALUE / Long.BYTES) {
      throw new PickleDamage("a storage has " + count + " elements");
    }
    Storage.Root root = new Storage.Root(key, type.width(), count * type.width());
    Storage.Root before = storages.putIfAbsent(key, root);
    if (before != null && !before.equals(root)) {
      throw new PickleDamage("the storage " + Printable.name(key) + " has two types or sizes");
    }
    return root;
  }

  private static Storage part(Storage.Root root, StorageType type, long first, long count) {
    long all = root.byteSize() / type.width();
    if (first < 0 || count < 0 || first > all || count > all - first) {
      throw new PickleDamage(
          "a view of a storage of " + all + " elements has " + count + " after " + first);
    }
    return new Storage(root, type, first * type.width(), count * type.width());
  }

  private static String text(@Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new PickleDamage("a name is no text");
  }
}
