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
    internal GateContext(Grant grant, CatalogView catalog, GateMode mode)
    {
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

    /// <summary>Sets the texts of one context apart from those of another in a <see cref="StatementCache"/>.</summary>
    internal ulong Salt { get; }
}
