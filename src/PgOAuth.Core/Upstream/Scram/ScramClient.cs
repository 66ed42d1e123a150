using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PgOAuth.Upstream.Scram;

/// <summary>Stage 5: the client's half of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677). Every step says whether the server kept to it.</summary>
internal sealed class ScramClient
{
    /// <summary>Above it a login would keep a processor busy for seconds: a server, or who poses as one, may not ask for that.</summary>
    internal const int MaxIterations = 2_000_000;

    /// <summary>RFC 7677 section 4 asks servers for no less; asked of servers that have not proven who they are.</summary>
    internal const int MinIterationsOfUnprovenServer = 4_096;

    private const int MaxNonceLength = 1_024;
    private const int MaxSaltLength = 1_024;

    private readonly ScramBinding _binding;
    private readonly string _nonce;
    private readonly string _password;
    private readonly string _server;
    private readonly string _user;
    private readonly int _minIterations;
    private readonly ScramKeyCache _cache;
    private ScramKeyCache.Key _cacheKey;
    private ScramKeys? _keys;
    private byte[]? _serverSignature;

    /// <param name="binding">What the exchange is bound to.</param>
    /// <param name="server">Name of the server, for the cache.</param>
    /// <param name="user">The login role, for the cache: PostgreSQL takes the name from the startup message.</param>
    /// <param name="password">The password.</param>
    /// <param name="minIterations">Fewer iterations are refused.</param>
    /// <param name="cache">Where derived keys are kept.</param>
    /// <param name="nonce">A nonce of a test vector; null makes a random one.</param>
    internal ScramClient(ScramBinding binding, string server, string user, string password, int minIterations, ScramKeyCache cache, string? nonce = null)
    {
        _binding = binding;
        _server = server;
        _user = user;
        _password = password;
        _minIterations = minIterations;
        _cache = cache;
        _nonce = nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
    }

    /// <summary>Whether the server proved that it knows the password's verifier.</summary>
    internal bool IsServerProven { get; private set; }

    /// <summary>The user name inside the message; PostgreSQL ignores it, libpq sends an empty one.</summary>
    internal string UserInMessage { get; init; } = "";

    private string ClientFirstBare => $"n={UserInMessage},r={_nonce}";

    internal byte[] ClientFirst() => Encoding.UTF8.GetBytes(_binding.Gs2Header + ClientFirstBare);

    /// <summary>Answers server-first with client-final.</summary>
    internal bool TryAnswer(ReadOnlySpan<byte> serverFirst, out byte[] clientFinal, out string problem)
    {
        clientFinal = [];
        if (!TryParseServerFirst(serverFirst, out var nonce, out var salt, out var iterations, out problem))
        {
            return false;
        }

        _cacheKey = _cache.MakeKey(_server, _user, _password, salt, iterations);
        _keys = _cache.Find(_cacheKey);
        if (_keys is null)
        {
            var prepared = SaslPrep.Prepare(_password);
            _keys = ScramKeys.Derive(prepared, salt, iterations);
            CryptographicOperations.ZeroMemory(prepared);
        }

        var withoutProof = $"c={Convert.ToBase64String([.. Encoding.ASCII.GetBytes(_binding.Gs2Header), .. _binding.Data])},r={nonce}";
        var authMessage = Encoding.UTF8.GetBytes($"{ClientFirstBare},{Encoding.UTF8.GetString(serverFirst)},{withoutProof}");
        var proof = HMACSHA256.HashData(SHA256.HashData(_keys.ClientKey), authMessage);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= _keys.ClientKey[i];
        }

        _serverSignature = HMACSHA256.HashData(_keys.ServerKey, authMessage);
        clientFinal = Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}");
        return true;
    }

    /// <summary>Verifies the server's signature.</summary>
    internal bool TryFinish(ReadOnlySpan<byte> serverFinal, out string problem)
    {
        problem = "the server's SCRAM signature is wrong: it does not know the password";
        if (_serverSignature is null || !serverFinal.StartsWith("v="u8))
        {
            problem = "the server's last SCRAM message is malformed";
            return false;
        }

        var encoded = serverFinal[2..];
        var end = encoded.IndexOf((byte)',');
        if (!TryDecodeBase64(end < 0 ? encoded : encoded[..end], SHA256.HashSizeInBytes, out var signature)
            || !CryptographicOperations.FixedTimeEquals(signature, _serverSignature))
        {
            return false;
        }

        IsServerProven = true;
        _cache.Remember(_cacheKey, _keys!);
        problem = "";
        return true;
    }

    private bool TryParseServerFirst(ReadOnlySpan<byte> message, out string nonce, out byte[] salt, out int iterations, out string problem)
    {
        salt = [];
        iterations = 0;
        nonce = "";
        problem = "the server's first SCRAM message is malformed";
        if (!Ascii.IsValid(message)
            || !TryTakeAttribute(ref message, 'r', out var nonceBytes)
            || !TryTakeAttribute(ref message, 's', out var saltBytes)
            || !TryTakeAttribute(ref message, 'i', out var iterationBytes))
        {
            return false;
        }

        if (nonceBytes.Length > MaxNonceLength || nonceBytes.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7e) >= 0)
        {
            problem = "the server's SCRAM nonce is too long or not printable";
            return false;
        }

        nonce = Encoding.ASCII.GetString(nonceBytes);
        if (nonce.Length <= _nonce.Length || !nonce.StartsWith(_nonce, StringComparison.Ordinal))
        {
            problem = "the server's SCRAM nonce does not extend the client's";
            return false;
        }

        if (!TryDecodeBase64(saltBytes, MaxSaltLength, out salt) || salt.Length == 0)
        {
            problem = "the server's SCRAM salt is not usable";
            return false;
        }

        if (!int.TryParse(iterationBytes, NumberStyles.None, CultureInfo.InvariantCulture, out iterations) || iterations < 1 || iterations > MaxIterations)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"the server's SCRAM iteration count is not between 1 and {MaxIterations}");
            return false;
        }

        if (iterations < _minIterations)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"the server asks for {iterations} SCRAM iterations, and without a verified certificate fewer than {_minIterations} are refused");
            return false;
        }

        return true;
    }

    /// <summary>Takes <c>name=value</c> and the comma behind it; extensions after the iteration count are left alone.</summary>
    private static bool TryTakeAttribute(ref ReadOnlySpan<byte> message, char name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (message.Length < 2 || message[0] != name || message[1] != '=')
        {
            return false;
        }

        var end = message.IndexOf((byte)',');
        value = end < 0 ? message[2..] : message[2..end];
        message = end < 0 ? default : message[(end + 1)..];
        return true;
    }

    private static bool TryDecodeBase64(ReadOnlySpan<byte> encoded, int maxLength, out byte[] value)
    {
        value = [];
        if (encoded.Length > Base64.GetMaxEncodedToUtf8Length(maxLength) || encoded.IndexOfAny(" \t\r\n"u8) >= 0)
        {
            return false;
        }

        var buffer = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
        if (Base64.DecodeFromUtf8(encoded, buffer, out _, out var written) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        value = buffer[..written];
        return true;
    }
}
