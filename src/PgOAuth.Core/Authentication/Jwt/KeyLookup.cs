using System.Diagnostics.CodeAnalysis;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: the answer to "which key verifies this token". <c>default</c> is: none.</summary>
internal readonly record struct KeyLookup(KeySet? Keys, SigningKey? Key)
{
    /// <summary>The issuer's keys are not known.</summary>
    internal static KeyLookup Unavailable => default;

    [MemberNotNullWhen(true, nameof(Keys))]
    internal bool IsAvailable => Keys is not null;

    [MemberNotNullWhen(true, nameof(Key), nameof(Keys))]
    internal bool IsFound => Key is not null && Keys is not null;
}
