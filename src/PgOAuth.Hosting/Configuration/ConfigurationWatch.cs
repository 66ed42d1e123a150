using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using PgOAuth.Diagnostics;

namespace PgOAuth.Configuration;

/// <summary>
/// Says in the log that a section changed and that the running proxy does not use the new settings, so that nobody
/// believes they are in force. A change token fires for any change of the whole configuration, hence the comparison.
/// </summary>
internal sealed class ConfigurationWatch : IDisposable
{
    private readonly IConfigurationSection _section;
    private readonly string _proxyName;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly IDisposable _registration;
    private byte[] _hash;

    internal ConfigurationWatch(IConfigurationSection section, string proxyName, ILogger logger)
    {
        _section = section;
        _proxyName = proxyName;
        _logger = logger;
        _hash = Hash(section);
        _registration = ChangeToken.OnChange(section.GetReloadToken, Changed);
    }

    public void Dispose() => _registration.Dispose();

    private void Changed()
    {
        lock (_lock)
        {
            var hash = Hash(_section);
            if (hash.AsSpan().SequenceEqual(_hash))
            {
                return;
            }

            _hash = hash;
        }

        HostingLog.ConfigurationChanged(_logger, _section.Path, _proxyName);
    }

    // A hash, because the section may hold passwords.
    private static byte[] Hash(IConfigurationSection section)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in section.AsEnumerable())
        {
            text.Append(key).Append('\0').Append(value).Append('\0');
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
