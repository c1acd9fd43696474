// The elementwise interpreter. All instructions of a program run over one tile after another, so
// that intermediate values stay in the first-level cache.

/// Registers start one cache line apart modulo the page, lest they fall into the same sets.
template <typename T> constexpr int64_t slotStride = CV_TILE + 64 / int64_t(sizeof(T));

static_assert(
    (CV_SLOTS + CV_INPUTS) * (CV_TILE * 8 + 64) + 64 <= CV_SCRATCH_BYTES, "scratch too small");

/// A layout with the cases of one repetition or one pattern reduced to the simplest form.
struct Layout {
    int64_t pattern, repeat, period;

    Layout() = default;
    Layout(int64_t outer, int64_t pattern, int64_t repeat, int64_t period)
        : pattern(pattern), repeat(repeat), period(period) {
        if (repeat == 1) this->period *= pattern, this->pattern = 1;
        if (this->pattern == 1) this->repeat = INT64_MAX / (this->period > 0 ? this->period : 1);
        (void)outer;
    }

    /// Elements that share p; unbounded for a single pattern.
    int64_t run() const { return repeat * period; }
    /// Elements after which it is good to start a new tile.
    int64_t unit() const { return pattern == 1 ? period : run(); }
    bool valid() const { return pattern > 0 && repeat > 0 && period > 0; }
};

/// A place in a layout.
struct Place {
    int64_t p, q;
    int64_t left;  // elements up to the end of the run

    Place(const Layout &layout, int64_t index) {
        if (layout.pattern == 1) {
            p = 0;
            q = index % layout.period;
            left = INT64_MAX;
        } else {
            int64_t run = layout.run(), within = index % run;
            p = (index / run) % layout.pattern;
            q = within % layout.period;
            left = run - within;
        }
    }
};

template <typename T> struct Input {
    const T *base;
    int32_t kind;
    Layout layout;
    T *buffer;
    // What the buffer holds: `filled` elements from (p, q) on, all of one run.
    int64_t p, q, filled;

    /// count elements from one run: the period over and over, from q on.
    static void repeatPeriod(T *to, const T *from, int64_t period, int64_t q, int64_t count) {
        if (period == 1) {
            forEach<T>(count, [&](int64_t i, auto at) CV_LAMBDA {
                at.store(to + i, splat<T>(*from));
            });
            return;
        }
        int64_t first = period < count ? period : count, head = period - q;
        if (head > first) head = first;
        memcpy(to, from + q, head * sizeof(T));
        memcpy(to + head, from, (first - head) * sizeof(T));
        for (int64_t done = first; done < count;) {
            int64_t more = done < count - done ? done : count - done;
            memcpy(to + done, to, more * sizeof(T));
            done += more;
        }
    }

    /// The elements start ..< start + count, in place if they lie in a row.
    const T *read(int64_t start, int64_t count) {
        if (kind == CV_FULL) return base + start;
        Place place(layout, start);
        if (place.left >= count) {
            const T *from = base + place.p * layout.period;
            if (place.q + count <= layout.period) return from + place.q;
            if (place.p != p || place.q != q || filled < count) {
                repeatPeriod(buffer, from, layout.period, place.q, count);
                p = place.p, q = place.q, filled = count;
            }
            return buffer;
        }
        filled = 0;
        for (int64_t done = 0; done < count;) {
            Place at(layout, start + done);
            int64_t some = at.left < count - done ? at.left : count - done;
            repeatPeriod(buffer + done, base + at.p * layout.period, layout.period, at.q, some);
            done += some;
        }
        return buffer;
    }
};

template <typename T> CV_INLINE double sumInDouble(const T *x, int64_t n) {
    Sums<Doubles> sums;
    forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
        Widened wide = widen(at.load(x + i));
        sums.part[k] += sizeof(T) == 4 ? wide.low + wide.high : wide.low;
    });
    return sumOfLanes<double>(sums.total());
}

template <typename T> struct Output {
    void *base;
    int32_t kind, source;
    bool accumulate, direct;
    Layout layout;

    void writeFull(const T *from, int64_t start, int64_t count) const {
        T *to = static_cast<T *>(base) + start;
        forEach<T>(count, [&](int64_t i, auto at) CV_LAMBDA {
            Vector<T> v = at.load(from + i);
            at.store(to + i, accumulate ? v + at.load(to + i) : v);
        });
    }

    /// Adds elements of one run to the sums of its period; whole periods first in the working
    /// type (at most one tile), then in double.
    static void addRun(double *sums, const T *from, int64_t period, int64_t q, int64_t count) {
        if (period == 1) {
            *sums += sumInDouble(from, count);
            return;
        }
        if (q > 0 || count < period) {
            int64_t head = period - q < count ? period - q : count;
            forEach<T>(head, [&](int64_t i, auto at) CV_LAMBDA {
                addWidened<T>(sums + q + i, at.load(from + i), at);
            });
            from += head, count -= head;
        }
        int64_t rows = count / period;
        if (rows > 0)
            forEach<T>(period, [&](int64_t i, auto at) CV_LAMBDA {
                Vector<T> total = at.load(from + i);
                for (int64_t row = 1; row < rows; row++)
                    total += at.load(from + row * period + i);
                addWidened<T>(sums + i, total, at);
            });
        forEach<T>(count - rows * period, [&](int64_t i, auto at) CV_LAMBDA {
            addWidened<T>(sums + i, at.load(from + rows * period + i), at);
        });
    }

    void write(const T *from, int64_t start, int64_t count) const {
        if (direct) return;
        if (kind == CV_FULL) return writeFull(from, start, count);
        double *sums = static_cast<double *>(base);
        for (int64_t done = 0; done < count;) {
            Place at(layout, start + done);
            int64_t some = at.left < count - done ? at.left : count - done;
            addRun(sums + at.p * layout.period, from + done, layout.period, at.q, some);
            done += some;
        }
    }
};

inline bool isTernary(uint8_t op) { return op >= CV_FMA && op <= CV_SELECT; }
inline bool isBinary(uint8_t op) { return op <= CV_SELECT || op == CV_FMA_I; }

/// How a flat range is cut: at multiples of `unit`, and within it every `length` elements.
struct Cut {
    int64_t unit, length;

    explicit Cut(int64_t unit) : unit(unit) {
        if (unit <= CV_TILE) {
            length = CV_TILE / unit * unit;
            this->unit = length;
        } else {
            int64_t pieces = (unit + CV_TILE - 1) / CV_TILE;
            length = ((unit + pieces - 1) / pieces + 15) / 16 * 16;
            if (length > CV_TILE) length = CV_TILE;
        }
    }

    int64_t next(int64_t start, int64_t n) const {
        int64_t end = (start / unit + 1) * unit;
        if (start + length < end) end = start + length;
        return end < n ? end : n;
    }
};

template <typename T> bool overlaps(const void *a, int64_t m, const void *b, int64_t n) {
    const char *p = static_cast<const char *>(a), *q = static_cast<const char *>(b);
    return p < q + n * int64_t(sizeof(T)) && q < p + m * int64_t(sizeof(T));
}

template <typename T>
int elementwise(
    const cv_instruction *program, int count, const cv_operand *operands, int operandCount,
    const cv_output *results, int resultCount, int64_t n, void *scratch) {
    if (operandCount < 0 || operandCount > CV_INPUTS) return -1000 - operandCount;
    if (resultCount < 0 || resultCount > CV_OUTPUTS) return -1000 - resultCount;
    T *memory = reinterpret_cast<T *>((reinterpret_cast<uintptr_t>(scratch) + 63) & ~uintptr_t(63));
    Input<T> inputs[CV_INPUTS];
    Output<T> outputs[CV_OUTPUTS];
    // Where each operand is in this tile: slots first, inputs from CV_INPUT on.
    const T *where[256];
    T *slots[CV_SLOTS];
    uint8_t written[CV_SLOTS] = {};
    for (int s = 0; s < 256; s++) where[s] = nullptr;
    for (int s = 0; s < CV_SLOTS; s++) slots[s] = memory + s * slotStride<T>;

    int64_t unit = 1;
    for (int j = 0; j < operandCount; j++) {
        const cv_operand &o = operands[j];
        Layout layout = o.kind == CV_PERIODIC ? Layout(o.outer, o.pattern, o.repeat, o.period)
                                              : Layout(1, 1, 1, 1);
        if (!layout.valid() || o.kind < CV_FULL || o.kind > CV_PERIODIC) return -1000 - j;
        inputs[j] = {static_cast<const T *>(o.base), o.kind, layout,
                     memory + (CV_SLOTS + j) * slotStride<T>, -1, -1, 0};
        if (o.kind == CV_PERIODIC && layout.unit() > unit) unit = layout.unit();
    }
    auto known = [&](uint8_t operand) {
        return operand >= CV_INPUT ? operand - CV_INPUT < operandCount
                                   : operand < CV_SLOTS && written[operand] > 0;
    };
    auto writes = [&](uint8_t slot) {
        if (slot >= CV_SLOTS) return false;
        if (written[slot] < 2) written[slot]++;
        return true;
    };
    for (int k = 0; k < count; k++) {
        const cv_instruction &step = program[k];
        bool good = step.op < CV_OPERATION_COUNT;
        if (step.op != CV_CONSTANT) good = good && known(step.a);
        if (isBinary(step.op)) good = good && known(step.b);
        if (isTernary(step.op)) good = good && known(step.c);
        if (step.op == CV_NORMAL) good = good && step.b != step.dst && writes(step.b);
        if (!good || !writes(step.dst)) return -1 - k;
    }
    for (int j = 0; j < resultCount; j++) {
        const cv_output &o = results[j];
        Layout layout = o.kind == CV_PERIODIC ? Layout(o.outer, o.pattern, o.repeat, o.period)
                                              : Layout(1, 1, 1, 1);
        bool good = o.source >= 0 && o.source < 256 && known(uint8_t(o.source));
        if (!good || !layout.valid() || o.kind < CV_FULL || o.kind > CV_PERIODIC)
            return -1000 - j;
        outputs[j] = {o.base, o.kind, o.source, o.accumulate != 0, false, layout};
        if (o.kind == CV_PERIODIC && layout.unit() > unit) unit = layout.unit();
        if (o.kind != CV_FULL && !o.accumulate)
            memset(o.base, 0, sizeof(double) * (o.kind == CV_SCALAR ? 1 : o.pattern * o.period));
    }
    // A slot that is written once and stored can live in its output, unless that is also an
    // input or another slot lives there.
    bool lives[CV_SLOTS] = {};
    for (int j = 0; j < resultCount; j++) {
        Output<T> &o = outputs[j];
        if (o.kind != CV_FULL || o.accumulate || o.source >= CV_SLOTS) continue;
        if (written[o.source] != 1 || lives[o.source]) continue;
        bool separate = true;
        for (int i = 0; i < operandCount; i++) {
            const cv_operand &in = operands[i];
            int64_t size = in.pattern * in.period;
            if (in.kind != CV_PERIODIC) size = in.kind == CV_FULL ? n : 1;
            separate = separate && !overlaps<T>(in.base, size, o.base, n);
        }
        if (separate) o.direct = lives[o.source] = true;
    }

    const Cut cut(unit);
    for (int64_t start = 0; start < n;) {
        const int64_t end = cut.next(start, n), size = end - start;
        for (int s = 0; s < CV_SLOTS; s++) where[s] = slots[s];
        for (int j = 0; j < resultCount; j++)
            if (outputs[j].direct)
                where[outputs[j].source] = static_cast<T *>(outputs[j].base) + start;
        for (int j = 0; j < operandCount; j++) where[CV_INPUT + j] = inputs[j].read(start, size);
        for (int k = 0; k < count; k++) {
            const cv_instruction &step = program[k];
            T *second = step.b < CV_SLOTS ? const_cast<T *>(where[step.b]) : nullptr;
            Tile<T> tile{const_cast<T *>(where[step.dst]), second, where[step.a], where[step.b],
                         where[step.c], T(step.imm), size};
            apply<T>(step.op, tile);
        }
        for (int j = 0; j < resultCount; j++)
            outputs[j].write(where[outputs[j].source], start, size);
        start = end;
    }
    return 0;
}
