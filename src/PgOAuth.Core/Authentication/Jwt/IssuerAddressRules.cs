using System.Collections.Frozen;
using System.Net;
using PgOAuth.Options;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: which URLs and addresses may be asked for an issuer's metadata and keys.</summary>
internal sealed class IssuerAddressRules
{
    private readonly string _issuer;
    private readonly bool _httpOnLoopback;
    private readonly bool _privateNetwork;
    private readonly FrozenSet<string> _keyHosts;

    internal IssuerAddressRules(IssuerOptions options)
    {
        _issuer = options.Issuer;
        _httpOnLoopback = options.DangerousAllowHttpOnLoopback;
        _privateNetwork = options.AllowPrivateNetwork;
        var hosts = options.AllowedKeyHosts.ToList();
        foreach (var address in new[] { options.Issuer, options.MetadataAddress })
        {
            if (Uri.TryCreate(address, UriKind.Absolute, out var uri))
            {
                hosts.Add(uri.IdnHost);
            }
        }

        _keyHosts = hosts.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Parses a configured address.</summary>
    /// <exception cref="ArgumentException">It is not an address that may be asked.</exception>
    internal Uri Require(string address, string option) =>
        TryParse(address, out var uri)
            ? uri
            : throw new ArgumentException(
                $"Issuer {_issuer}: {option} must be an absolute https URL without user and fragment (http only on loopback, and only when DangerousAllowHttpOnLoopback is set).");

    /// <summary>Whether a configured address may be asked.</summary>
    internal bool IsAllowed(string address) => TryParse(address, out _);

    /// <summary>Parses the <c>jwks_uri</c> of the issuer's metadata: only a host that the issuer is known to use.</summary>
    internal bool TryParseKeyAddress(string address, out Uri uri) => TryParse(address, out uri) && _keyHosts.Contains(uri.IdnHost);

    /// <summary>
    /// Whether a connection to the address may be made. Asked for the address actually connected to, so a name that
    /// resolves to another one the second time (DNS rebinding) changes nothing.
    /// </summary>
    internal bool MayConnect(IPAddress address, bool overHttp) => NetworkZones.Of(address) switch
    {
        NetworkZone.Loopback => overHttp ? _httpOnLoopback : _privateNetwork || _httpOnLoopback,
        NetworkZone.Private => !overHttp && _privateNetwork,
        NetworkZone.Public => !overHttp,
        _ => false,
    };

    private bool TryParse(string address, out Uri uri) =>
        Uri.TryCreate(address, UriKind.Absolute, out uri!)
        && uri.UserInfo.Length == 0
        && uri.Fragment.Length == 0
        && uri.Host.Length > 0
        && (uri.Scheme == Uri.UriSchemeHttps || (_httpOnLoopback && uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}
