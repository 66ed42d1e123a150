using System.Globalization;
using PgOAuth.Options;

namespace PgOAuth.Operations;

/// <summary>The settings that a running proxy cannot change: what it listens on, its loops, its queues and how it reads catalogs.</summary>
internal sealed class FixedSettings
{
    private readonly Dictionary<string, string> _values;

    internal FixedSettings(PgOAuthProxyOptions options) => _values = new(StringComparer.Ordinal)
    {
        ["Endpoints:Address"] = string.Join('\n', options.Endpoints.Select(static endpoint => endpoint.Address)),
        ["Transport:Kind"] = options.Transport.Kind.ToString(),
        ["Transport:Loops"] = Number(options.Transport.Loops),
        ["Auditing:QueueCapacity"] = Number(options.Auditing.QueueCapacity),
        ["Auditing:Overflow"] = options.Auditing.Overflow.ToString(),
        ["Enforcement:CatalogRefreshInterval"] = options.Enforcement.CatalogRefreshInterval.ToString(),
        ["Enforcement:CatalogKeepFor"] = options.Enforcement.CatalogKeepFor.ToString(),
        ["Enforcement:CatalogReadTimeout"] = options.Enforcement.CatalogReadTimeout.ToString(),
        ["Limits:MaxConcurrentCancels"] = Number(options.Limits.MaxConcurrentCancels),
        ["Pool:MaxServerConnections"] = Number(options.Pool.MaxServerConnections),
        ["Pool:MaxPerTenant"] = Number(options.Pool.MaxPerTenant),
        ["Pool:MaxPerPrincipal"] = Number(options.Pool.MaxPerPrincipal),
    };

    /// <summary>Those that other options want otherwise.</summary>
    internal IReadOnlyList<string> ChangedIn(PgOAuthProxyOptions options)
    {
        var wanted = new FixedSettings(options)._values;
        return [.. _values.Where(one => wanted[one.Key] != one.Value).Select(static one => one.Key)];
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
