using System.Globalization;
using System.Text;
using PgOAuth.Auditing;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Options;

namespace PgOAuth.Enforcement;

/// <summary>
/// A text with its parameter types, and what stage 7 says of it. Immutable once it is in a cache; lives as long as the cache or a prepared
/// statement refers to it.
/// </summary>
internal sealed class Statement
{
    private static long _lastId;

    private readonly long _id = Interlocked.Increment(ref _lastId);
    private readonly byte[] _body;
    private readonly int _sqlLength;
    private byte[]? _serverName;

    private readonly SessionEffects _effects;

    internal Statement(ReadOnlySpan<byte> sql, ReadOnlySpan<byte> parameterTypes, Denial? denial, in StatementReading reading, GateContext? context = null)
    {
        _body = GC.AllocateUninitializedArray<byte>(sql.Length + 1 + parameterTypes.Length);
        _sqlLength = sql.Length;
        sql.CopyTo(_body);
        _body[sql.Length] = 0;
        parameterTypes.CopyTo(_body.AsSpan(sql.Length + 1));
        Denial = denial;
        _effects = reading.Effects;
        Form = reading.Form;
        Name = reading.Name;
        Context = context;
    }

    /// <summary>What the client is told; null: the text may be forwarded.</summary>
    internal Denial? Denial { get; private set; }

    /// <summary>Why the policy refuses it, also where it is only observed; null when it does not, or was not asked.</summary>
    internal PolicyRefusal? Refusal { get; private set; }

    /// <summary>Whether the policy was asked and does not allow it.</summary>
    internal bool IsRefused { get; private set; }

    /// <summary>What the verdict holds for; null when the policy was not asked.</summary>
    internal GateContext? Context { get; }

    /// <summary>Whether a name in it was not found: a newer catalog may know it.</summary>
    internal bool IsUnresolved { get; set; }

    /// <summary>Whether the catalog is another one behind it.</summary>
    internal bool ChangesDefinitions { get; set; }

    /// <summary>
    /// Whether it only begins, ends or marks transactions. Such a text needs no catalog, and without it what comes next would commit by itself.
    /// </summary>
    internal bool IsTransactionControl { get; set; }

    /// <summary>What it prepares, executes and opens by name; null when it does none of these.</summary>
    internal StatementNames? Names { get; private set; }

    /// <summary>What the audit says of it; null until it is audited.</summary>
    internal StatementEvidence? Evidence { get; set; }

    /// <summary>What it can leave behind; none for a text that is not forwarded.</summary>
    internal SessionEffects Effects => Denial is null ? _effects : SessionEffects.None;

    internal StatementForm Form { get; }

    /// <summary>The name in <see cref="StatementForm.Deallocate"/>, as PostgreSQL compares it.</summary>
    internal string? Name { get; }

    /// <summary>The text.</summary>
    internal ReadOnlySpan<byte> Sql => _body.AsSpan(0, _sqlLength);

    /// <summary>The types of its parameters, as in a Parse message.</summary>
    internal ReadOnlySpan<byte> ParameterTypes => _body.AsSpan(_sqlLength + 1);

    /// <summary>What follows the name in a Parse message: text, zero, parameter types.</summary>
    internal ReadOnlyMemory<byte> ParseBody => _body;

    /// <summary>The name under which server connections know it, unique in the process.</summary>
    internal byte[] ServerName => _serverName ??= Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"pgoauth_{_id}"));

    /// <summary>The policy does not allow it.</summary>
    /// <param name="denial">What the client is told, where verdicts are enforced.</param>
    /// <param name="refusal">What the policy says; null when it cannot say anything of the text.</param>
    internal void Refuse(Denial denial, PolicyRefusal? refusal)
    {
        IsRefused = true;
        Refusal = refusal;
        if (Context is { Mode: GateMode.Enforce })
        {
            Denial ??= denial;
        }
    }

    internal StatementNames EnsureNames() => Names ??= new StatementNames();

    /// <summary>Whether it is this very text with these types, judged so.</summary>
    internal bool Is(ReadOnlySpan<byte> sql, ReadOnlySpan<byte> parameterTypes, GateContext? context) =>
        Context == context
        && _sqlLength == sql.Length
        && _body.Length == sql.Length + 1 + parameterTypes.Length
        && sql.SequenceEqual(_body.AsSpan(0, sql.Length))
        && parameterTypes.SequenceEqual(_body.AsSpan(sql.Length + 1));
}
