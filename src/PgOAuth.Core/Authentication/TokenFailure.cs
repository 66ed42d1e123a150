namespace PgOAuth.Authentication;

/// <summary>Why a token was refused. Goes to logs, metrics and audit; a client only ever learns of <see cref="Expired"/>.</summary>
public enum TokenFailure
{
    /// <summary>No reason was given: the default, and a refusal.</summary>
    Unspecified,

    /// <summary>Not a JWT in compact form, or not in canonical form: size, base64url, JSON, duplicate members, depth.</summary>
    Malformed,

    /// <summary><c>typ</c> names another kind of token (RFC 9068 section 2.1, RFC 8725 section 3.11).</summary>
    WrongType,

    /// <summary>The algorithm is not allowed, or does not fit the key (RFC 8725 section 3.1).</summary>
    AlgorithmNotAllowed,

    /// <summary>The issuer's key set has no usable key for this token.</summary>
    UnknownKey,

    /// <summary>The signature does not verify.</summary>
    BadSignature,

    /// <summary>The audience is missing or another one (RFC 9068 section 4).</summary>
    WrongAudience,

    /// <summary>Genuine, but past its <c>exp</c>.</summary>
    Expired,

    /// <summary>Genuine, but before its <c>nbf</c> or <c>iat</c>.</summary>
    NotYetValid,

    /// <summary>Its whole lifetime is longer than the issuer's <c>MaxTokenLifetime</c>, or a time claim is unusable.</summary>
    InvalidLifetime,

    /// <summary>A required claim is missing or of the wrong JSON type.</summary>
    InvalidClaim,

    /// <summary>The OAuth client is not among the issuer's allowed clients.</summary>
    ClientNotAllowed,

    /// <summary>Bound to a sender (RFC 8705, RFC 9449) that this connection does not prove to be.</summary>
    SenderNotProven,

    /// <summary>The issuer's keys could not be obtained; the token may be good.</summary>
    IssuerUnavailable,

    /// <summary>No validator recognised the token: it is in no known form, or its issuer is none of the configured ones.</summary>
    NotRecognised,

    /// <summary>A validator failed; an error is a refusal.</summary>
    ValidatorError,
}
