using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace PgOAuth.Samples.Terminal.Tour;

/// <summary>
/// Asks the proxy, as psql 18 does before it has a token, where to get one: SASL OAUTHBEARER with an empty token (RFC 7628 section 4.3).
/// Bytes of its own, since few machines have a psql 18 yet.
/// </summary>
internal static class DiscoveryProbe
{
    private const int SslRequest = 80877103;
    private const int Protocol30 = 196608;
    private const int SaslContinue = 11;

    /// <summary>The address of the issuer's metadata that the proxy answers with.</summary>
    public static async Task<SqlAnswer> AskAsync(SqlLogin login, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(login.Proxy, cancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Framed(null, Int32(SslRequest)), cancellationToken);
        var answer = new byte[1];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        if (answer[0] != 'S')
        {
            return new SqlAnswer(false, "the proxy does not speak TLS");
        }

        using var authority = X509CertificateLoader.LoadCertificateFromFile(login.AuthorityPath!);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy }, cancellationToken);
        await tls.WriteAsync(Framed(null, [.. Int32(Protocol30), .. Startup(login)]), cancellationToken);
        await ReadMessageAsync(tls, cancellationToken);
        await tls.WriteAsync(Framed('p', InitialResponse()), cancellationToken);
        return Explain(await ReadMessageAsync(tls, cancellationToken));
    }

    private static byte[] Startup(SqlLogin login)
    {
        return Encoding.UTF8.GetBytes($"user\0{login.User}\0database\0{login.Database}\0options\0-c pgoauth.exchange=oauthbearer\0\0");
    }

    private static byte[] InitialResponse()
    {
        var discovery = "n,,\u0001auth=\u0001\u0001"u8;
        return [.. "OAUTHBEARER\0"u8, .. Int32(discovery.Length), .. discovery];
    }

    private static SqlAnswer Explain((char Type, byte[] Body) message)
    {
        if (message.Type != 'R' || message.Body.Length < 4 || BinaryPrimitives.ReadInt32BigEndian(message.Body) != SaslContinue)
        {
            return new SqlAnswer(false, $"the proxy answered with a message {message.Type} in place of where to get a token");
        }

        using var json = JsonDocument.Parse(message.Body.AsMemory(4));
        return json.RootElement.TryGetProperty("openid-configuration", out var configuration)
            ? new SqlAnswer(true, configuration.GetString() ?? "")
            : new SqlAnswer(false, "the answer does not say where the issuer is");
    }

    private static async Task<(char Type, byte[] Body)> ReadMessageAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[5];
        await stream.ReadExactlyAsync(header, cancellationToken);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - 4];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return ((char)header[0], body);
    }

    private static byte[] Framed(char? type, byte[] body)
    {
        var message = new List<byte>(Int32(body.Length + 4));
        message.AddRange(body);
        if (type is { } letter)
        {
            message.Insert(0, (byte)letter);
        }

        return [.. message];
    }

    private static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
