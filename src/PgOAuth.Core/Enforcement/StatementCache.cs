using System.Numerics;
using PgOAuth.Auditing;

namespace PgOAuth.Enforcement;

/// <summary>
/// Stage 7, one per loop and guard, not thread-safe: texts that were judged before are looked up by their exact bytes and what the verdict
/// depends on. A table of sets of eight: whatever texts clients send, a look-up compares at most eight hashes, and texts that come once
/// push out only each other.
/// </summary>
[System.Runtime.CompilerServices.SkipLocalsInit]
internal sealed class StatementCache
{
    /// <summary>Texts longer than this are judged each time.</summary>
    internal const int LongestKept = 16 * 1024;

    private const int Ways = 8;
    private const int DefaultEntries = 4096;
    private const int DefaultBytes = 8 * 1024 * 1024;

    // What an entry costs besides its text: the object, the array's header, the names.
    private const int EntryOverhead = 160;

    // Hits are counted up to this; the hand takes one off in passing and removes what has none.
    private const byte Hottest = 3;

    private readonly StatementReader _reader;
    private readonly ulong[] _hashes;
    private readonly Statement?[] _statements;
    private readonly byte[] _heat;
    private readonly byte[] _hands;
    private readonly int _maxBytes;
    private int _sweep;

    /// <param name="guard">Judges texts; null allows all.</param>
    /// <param name="entries">How many texts are kept at most, rounded up to a power of two.</param>
    /// <param name="maxBytes">How much memory the kept texts may take.</param>
    internal StatementCache(SessionStateGuard? guard, int entries = DefaultEntries, int maxBytes = DefaultBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maxBytes, LongestKept + EntryOverhead);
        var slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(entries, Ways));
        _reader = new StatementReader(guard);
        _hashes = new ulong[slots];
        _statements = new Statement?[slots];
        _heat = new byte[slots];
        _hands = new byte[slots / Ways];
        _maxBytes = maxBytes;
    }

    /// <summary>How many texts are kept.</summary>
    internal int Count { get; private set; }

    /// <summary>How much memory they take, by estimate.</summary>
    internal int Bytes { get; private set; }

    private static ReadOnlySpan<byte> NoTypes => [0, 0];

    /// <summary>The statement of a Query message. It may be that of a text which differs in integers only: the same verdict, effects and form.</summary>
    /// <param name="sql">The text, without the terminating zero.</param>
    /// <param name="context">What the policy's verdict depends on; null when the gate is off.</param>
    internal Statement GetQuery(ReadOnlySpan<byte> sql, GateContext? context = null)
    {
        Span<byte> buffer = stackalloc byte[SqlShape.MaxLength];
        var text = SqlShape.TryWrite(sql, buffer, out var length) ? buffer[..length] : sql;
        return Get(text, NoTypes, TextHash.Of(text), context);
    }

    /// <summary>The statement of a Parse message.</summary>
    /// <param name="sql">The text, without the terminating zero.</param>
    /// <param name="parameterTypes">Their number and OIDs, as in the message.</param>
    /// <param name="context">What the policy's verdict depends on; null when the gate is off.</param>
    internal Statement GetParse(ReadOnlySpan<byte> sql, ReadOnlySpan<byte> parameterTypes, GateContext? context = null)
    {
        var hash = TextHash.Of(sql);
        return Get(sql, parameterTypes, parameterTypes.SequenceEqual(NoTypes) ? hash : TextHash.Of(parameterTypes, hash), context);
    }

    /// <summary>A statement as it is judged in another context.</summary>
    internal Statement Judge(Statement statement, GateContext? context) =>
        statement.Context == context ? statement : GetParse(statement.Sql, statement.ParameterTypes, context);

    /// <summary>What the audit says of a statement; put together when it is first asked for.</summary>
    internal StatementEvidence EvidenceOf(Statement statement) => statement.Evidence ??= _reader.Collect(statement.Sql, statement.ParameterTypes, statement.Context);

    /// <summary>The denial of a Query as it stands: the statement may be that of its shape, with positions of its own.</summary>
    internal Denial Deny(Statement statement, ReadOnlySpan<byte> sql) =>
        statement.Denial is { Position: > 0 } && !statement.Sql.SequenceEqual(sql) && _reader.Read(sql, NoTypes, statement.Context).Denial is { } exact
            ? exact
            : statement.Denial ?? Denial.Of(StatementDenial.Unspecified);

    private Statement Get(ReadOnlySpan<byte> sql, ReadOnlySpan<byte> parameterTypes, ulong hash, GateContext? context)
    {
        hash ^= context?.Salt ?? 0;
        var first = FirstSlot(hash);
        var set = _hashes.AsSpan(first, Ways);
        for (var way = 0; way < set.Length; way++)
        {
            if (set[way] == hash && _statements[first + way] is { } statement && statement.Is(sql, parameterTypes, context))
            {
                if (_heat[first + way] < Hottest)
                {
                    _heat[first + way]++;
                }

                return statement;
            }
        }

        return Add(sql, parameterTypes, hash, first, context);
    }

    private Statement Add(ReadOnlySpan<byte> sql, ReadOnlySpan<byte> parameterTypes, ulong hash, int first, GateContext? context)
    {
        var statement = _reader.Read(sql, parameterTypes, context);
        if (sql.Length + parameterTypes.Length > LongestKept)
        {
            return statement;
        }

        var slot = FreeSlot(first);
        _statements[slot] = statement;
        _hashes[slot] = hash;
        _heat[slot] = 0;
        Count++;
        Bytes += Size(statement);
        while (Bytes > _maxBytes)
        {
            CoolNext(slot);
        }

        return statement;
    }

    private int FirstSlot(ulong hash) => (int)(hash & (uint)(_statements.Length - 1)) & ~(Ways - 1);

    private int FreeSlot(int first)
    {
        for (var way = 0; way < Ways; way++)
        {
            if (_statements[first + way] is null)
            {
                return first + way;
            }
        }

        ref var hand = ref _hands[first / Ways];
        while (true)
        {
            var slot = first + hand;
            hand = (byte)((hand + 1) % Ways);
            if (Cool(slot))
            {
                return slot;
            }
        }
    }

    // Over all sets, when it is the bytes that are too many.
    private void CoolNext(int except)
    {
        _sweep = (_sweep + 1) % _statements.Length;
        if (_sweep != except && _statements[_sweep] is not null)
        {
            Cool(_sweep);
        }
    }

    private bool Cool(int slot)
    {
        if (_heat[slot] > 0)
        {
            _heat[slot]--;
            return false;
        }

        Count--;
        Bytes -= Size(_statements[slot]!);
        _statements[slot] = null;
        _hashes[slot] = 0;
        return true;
    }

    private static int Size(Statement statement) => statement.ParseBody.Length + EntryOverhead;
}
