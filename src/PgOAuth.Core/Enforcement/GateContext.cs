using System.Security.Cryptography;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Options;

namespace PgOAuth.Enforcement;

/// <summary>
/// Stage 7: all that a verdict on a text depends on besides the text: what the session may do, what its names mean, and whether verdicts are
/// enforced. Sessions for which these are the same share it, and with it the verdicts. Immutable; another object is another context.
/// </summary>
internal sealed class GateContext
{
    private GateContext? _unsettled;

    internal GateContext(Grant grant, CatalogView catalog, GateMode mode, bool isUnsettled = false)
    {
        IsUnsettled = isUnsettled;
        Grant = grant;
        Catalog = catalog;
        Mode = mode;
        Span<byte> salt = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(salt);
        Salt = BitConverter.ToUInt64(salt);
    }

    internal Grant Grant { get; }

    internal CatalogView Catalog { get; }

    /// <summary><see cref="GateMode.Observe"/> or <see cref="GateMode.Enforce"/>.</summary>
    internal GateMode Mode { get; }

    /// <summary>
    /// Whether the session has changed definitions that the catalog does not know yet: what a name means is then judged by all that it may mean.
    /// </summary>
    internal bool IsUnsettled { get; }

    /// <summary>The same for a session that has changed definitions in a transaction that is still open.</summary>
    internal GateContext Unsettled => IsUnsettled ? this
        : Volatile.Read(ref _unsettled) ?? Interlocked.CompareExchange(ref _unsettled, new GateContext(Grant, Catalog, Mode, isUnsettled: true), null) ?? _unsettled;

    /// <summary>Sets the texts of one context apart from those of another in a <see cref="StatementCache"/>.</summary>
    internal ulong Salt { get; }
}
