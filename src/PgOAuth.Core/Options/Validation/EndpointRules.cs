using System.Net;
using PgOAuth.Listening;

namespace PgOAuth.Options.Validation;

/// <summary>Stage 1: <c>Endpoints</c>.</summary>
internal static class EndpointRules
{
    internal static void Check(IList<EndpointOptions> endpoints, OptionMistakes mistakes)
    {
        if (endpoints.Count == 0)
        {
            mistakes.Add("Endpoints", "at least one endpoint is needed, such as { \"Address\": \"localhost:6432\" }.");
        }

        var taken = new Dictionary<EndPoint, string>();
        for (var i = 0; i < endpoints.Count; i++)
        {
            var path = $"Endpoints:{i}";
            CheckAddress(path, endpoints[i].Address, taken, mistakes);
            mistakes.CheckDefined($"{path}:TokenExchange", endpoints[i].TokenExchange);
            CheckTls($"{path}:Tls", endpoints[i], mistakes);
        }
    }

    private static void CheckAddress(string path, string address, Dictionary<EndPoint, string> taken, OptionMistakes mistakes)
    {
        if (!EndpointAddress.TryParse(address, out var endPoints, out var problem))
        {
            mistakes.Add($"{path}:Address", $"{problem}.");
            return;
        }

        foreach (var endPoint in endPoints)
        {
            if (endPoint is not IPEndPoint { Port: 0 } && !taken.TryAdd(endPoint, path))
            {
                mistakes.Add($"{path}:Address", $"{endPoint} is taken by {taken[endPoint]} already.");
            }
        }
    }

    private static void CheckTls(string path, EndpointOptions endpoint, OptionMistakes mistakes)
    {
        var tls = endpoint.Tls;
        var hasCertificate = tls.ServerCertificate is not null || tls.Certificate.Path is not null || tls.Sni.Count > 0;
        if (!hasCertificate && !endpoint.DangerousAllowTokensWithoutTls)
        {
            mistakes.Add($"{path}:Certificate:Path", "a certificate is needed, because clients send their tokens here; DangerousAllowTokensWithoutTls does without, for a Unix socket or a measurement on loopback.");
        }

        if (tls.ServerCertificate is { HasPrivateKey: false })
        {
            mistakes.Add($"{path}:Certificate", "the certificate given in code has no private key.");
        }

        CheckCertificate($"{path}:Certificate", tls.Certificate, isNeeded: false, mistakes);
        foreach (var (host, certificate) in tls.Sni)
        {
            CheckSniHost($"{path}:Sni:{host}", host, mistakes);
            CheckCertificate($"{path}:Sni:{host}", certificate, isNeeded: true, mistakes);
        }

        CheckClientCertificate(path, endpoint, hasCertificate, mistakes);
    }

    private static void CheckCertificate(string path, CertificateOptions certificate, bool isNeeded, OptionMistakes mistakes)
    {
        if (certificate.Path is null)
        {
            if (isNeeded || certificate.KeyPath is not null || certificate.Password is not null)
            {
                mistakes.Add($"{path}:Path", "is missing; name the file with the certificate.");
            }
        }

        mistakes.CheckFile($"{path}:Path", certificate.Path);
        mistakes.CheckFile($"{path}:KeyPath", certificate.KeyPath);
    }

    private static void CheckSniHost(string path, string host, OptionMistakes mistakes)
    {
        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        if (Uri.CheckHostName(name) != UriHostNameType.Dns)
        {
            mistakes.Add(path, "must be a host name such as db.example.com, or *.example.com for one label.");
        }
    }

    private static void CheckClientCertificate(string path, EndpointOptions endpoint, bool hasCertificate, OptionMistakes mistakes)
    {
        var tls = endpoint.Tls;
        mistakes.CheckDefined($"{path}:ClientCertificate", tls.ClientCertificate);
        mistakes.CheckFile($"{path}:ClientCertificateAuthorityPath", tls.ClientCertificateAuthorityPath);
        if (tls.ClientCertificate == ClientCertificateMode.None)
        {
            if (tls.ClientCertificateAuthorityPath is not null)
            {
                mistakes.Add($"{path}:ClientCertificateAuthorityPath", "is not used while ClientCertificate is None; set it to Optional or Required, or leave this out.");
            }

            return;
        }

        if (tls.ClientCertificateAuthorityPath is null)
        {
            mistakes.Add($"{path}:ClientCertificateAuthorityPath", "is missing; name the PEM file with the authorities that client certificates must chain to.");
        }

        if (!hasCertificate)
        {
            mistakes.Add($"{path}:ClientCertificate", "needs TLS, so a certificate of the endpoint.");
        }

        if (tls.ClientCertificate == ClientCertificateMode.Required && endpoint.DangerousAllowTokensWithoutTls)
        {
            mistakes.Add($"{path}:ClientCertificate", "cannot be Required where DangerousAllowTokensWithoutTls lets clients in without TLS.");
        }
    }
}
