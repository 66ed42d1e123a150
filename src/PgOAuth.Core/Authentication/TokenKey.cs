using System.Runtime.InteropServices;

namespace PgOAuth.Authentication;

/// <summary>Stage 3: SHA-256 of a token's exact bytes, as a key for dictionaries. Made without allocating.</summary>
internal readonly record struct TokenKey(ulong A, ulong B, ulong C, ulong D)
{
    internal static TokenKey Of(AccessToken token)
    {
        Span<ulong> hash = stackalloc ulong[4];
        token.Hash(MemoryMarshal.AsBytes(hash));
        return new TokenKey(hash[0], hash[1], hash[2], hash[3]);
    }

    // The hash is uniform already.
    public override int GetHashCode() => A.GetHashCode();
}
