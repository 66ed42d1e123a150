using System.Security.Cryptography;

namespace PgOAuth.Upstream.Scram;

/// <summary>Stage 5: what RFC 5802 section 3 derives from a password, a salt and an iteration count.</summary>
internal sealed class ScramKeys
{
    private ScramKeys(byte[] clientKey, byte[] serverKey)
    {
        ClientKey = clientKey;
        ServerKey = serverKey;
    }

    internal byte[] ClientKey { get; }

    internal byte[] ServerKey { get; }

    /// <summary>Derives the keys; as dear as the iteration count says.</summary>
    internal static ScramKeys Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        try
        {
            return new ScramKeys(HMACSHA256.HashData(salted, "Client Key"u8), HMACSHA256.HashData(salted, "Server Key"u8));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(salted);
        }
    }
}
