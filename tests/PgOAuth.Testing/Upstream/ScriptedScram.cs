using System.Security.Cryptography;
using System.Text;

namespace PgOAuth.Testing.Upstream;

/// <summary>The server's half of one SCRAM-SHA-256 exchange, written apart from the product's so that each checks the other. Its steps can be bent.</summary>
public sealed class ScriptedScram(string password, int iterations = 4096)
{
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(16);
    private string _clientFirstBare = "";
    private string _serverFirst = "";

    /// <summary>The mechanism the client chose.</summary>
    public string Mechanism { get; private set; } = "";

    /// <summary>The client's GS2 header.</summary>
    public string Gs2Header { get; private set; } = "";

    /// <summary>The client's nonce.</summary>
    public string ClientNonce { get; private set; } = "";

    /// <summary>What the client bound to, from its last message.</summary>
    public byte[] ChannelBinding { get; private set; } = [];

    /// <summary>Whether the client proved that it knows the password.</summary>
    public bool IsClientProven { get; private set; }

    /// <summary>Offers mechanisms and makes the whole exchange honestly, without AuthenticationOk.</summary>
    public async Task RunAsync(ScriptedBackend backend, params string[] mechanisms)
    {
        await backend.SendAsync(BackendMessages.Sasl(mechanisms));
        ReadFirst(await backend.ExpectAsync('p'));
        await backend.SendAsync(BackendMessages.Authentication(11, First()));
        var final = Final(await backend.ExpectAsync('p'));
        await backend.SendAsync(BackendMessages.Authentication(12, final));
    }

    /// <summary>Reads SASLInitialResponse.</summary>
    public void ReadFirst(byte[] body)
    {
        var end = Array.IndexOf(body, (byte)0);
        Mechanism = Encoding.ASCII.GetString(body, 0, end);
        var message = Encoding.UTF8.GetString(body.AsSpan(end + 5));
        var bare = message.IndexOf(",,", StringComparison.Ordinal) + 2;
        Gs2Header = message[..bare];
        _clientFirstBare = message[bare..];
        ClientNonce = _clientFirstBare[(_clientFirstBare.IndexOf("r=", StringComparison.Ordinal) + 2)..];
    }

    /// <summary>server-first; a nonce or an iteration count can be put in place of the honest one.</summary>
    public byte[] First(string? nonce = null, string? iterationCount = null, string? salt = null)
    {
        _serverFirst = $"r={nonce ?? ClientNonce + Convert.ToBase64String(RandomNumberGenerator.GetBytes(18))},s={salt ?? Convert.ToBase64String(_salt)},i={iterationCount ?? iterations.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
        return Encoding.UTF8.GetBytes(_serverFirst);
    }

    /// <summary>Reads SASLResponse and gives server-final.</summary>
    public byte[] Final(byte[] body)
    {
        var message = Encoding.UTF8.GetString(body);
        var proofAt = message.LastIndexOf(",p=", StringComparison.Ordinal);
        var withoutProof = message[..proofAt];
        var binding = Convert.FromBase64String(withoutProof[2..withoutProof.IndexOf(",r=", StringComparison.Ordinal)]);
        ChannelBinding = binding[Gs2Header.Length..];
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, _salt, iterations, HashAlgorithmName.SHA256, 32);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, Encoding.ASCII.GetBytes("Client Key")));
        var authMessage = Encoding.UTF8.GetBytes($"{_clientFirstBare},{_serverFirst},{withoutProof}");
        var clientSignature = HMACSHA256.HashData(storedKey, authMessage);
        var clientKey = Convert.FromBase64String(message[(proofAt + 3)..]).Zip(clientSignature, static (a, b) => (byte)(a ^ b)).ToArray();
        IsClientProven = SHA256.HashData(clientKey).AsSpan().SequenceEqual(storedKey);
        var signature = HMACSHA256.HashData(HMACSHA256.HashData(salted, Encoding.ASCII.GetBytes("Server Key")), authMessage);
        return Encoding.ASCII.GetBytes("v=" + Convert.ToBase64String(signature));
    }
}
