using System.Globalization;
using System.Text;

namespace PgOAuth.Enforcement;

/// <summary>
/// A text with its parameter types, and what stage 7 says of it. Immutable; lives as long as the cache or a prepared statement refers to it.
/// </summary>
internal sealed class Statement
{
    private static long _lastId;

    private readonly long _id = Interlocked.Increment(ref _lastId);
    private readonly byte[] _body;
    private readonly int _sqlLength;
    private byte[]? _serverName;

    internal Statement(ReadOnlySpan<byte> sql, ReadOnlySpan<byte> parameterTypes, StatementVerdict verdict, in StatementReading reading)
    {
        _body = GC.AllocateUninitializedArray<byte>(sql.Length + 1 + parameterTypes.Length);
        _sqlLength = sql.Length;
        sql.CopyTo(_body);
        _body[sql.Length] = 0;
        parameterTypes.CopyTo(_body.AsSpan(sql.Length + 1));
        Verdict = verdict;
        Effects = reading.Effects;
        Form = reading.Form;
        Name = reading.Name;
    }

    /// <summary>Whether the text may be forwarded.</summary>
    internal StatementVerdict Verdict { get; }

    /// <summary>What it can leave behind; none for a text that is not forwarded.</summary>
    internal SessionEffects Effects { get; }

    internal StatementForm Form { get; }

    /// <summary>The name in <see cref="StatementForm.Deallocate"/>, as PostgreSQL compares it.</summary>
    internal string? Name { get; }

    /// <summary>What follows the name in a Parse message: text, zero, parameter types.</summary>
    internal ReadOnlyMemory<byte> ParseBody => _body;

    /// <summary>The name under which server connections know it, unique in the process.</summary>
    internal byte[] ServerName => _serverName ??= Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"pgoauth_{_id}"));

    /// <summary>Whether it is this very text with these types.</summary>
    internal bool Is(ReadOnlySpan<byte> sql, ReadOnlySpan<byte> parameterTypes) =>
        _sqlLength == sql.Length
        && _body.Length == sql.Length + 1 + parameterTypes.Length
        && sql.SequenceEqual(_body.AsSpan(0, sql.Length))
        && parameterTypes.SequenceEqual(_body.AsSpan(sql.Length + 1));
}
