using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Transport;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: validates JWT access tokens of the configured issuers (RFC 9068, RFC 8725).</summary>
/// <remarks>
/// Cheap checks first: shape, issuer, header, claims; then the key, the signature, and last the clock. A token that is no JWT
/// or of another issuer is left to the next validator.
/// </remarks>
internal sealed class JwtTokenValidator : ITokenValidator, IDisposable
{
    /// <summary>The longest token PostgreSQL's SASL exchange can carry, rounded down; endpoints set their own limit below it.</summary>
    internal const int MaxTokenBytes = 65_000;

    private readonly FrozenDictionary<string, (JwtIssuer Issuer, JwksCache Keys, string Fingerprint)> _issuers;
    private readonly TokenCache _cache;
    private readonly TimeProvider _time;
    private readonly JsonWebTokenHandler _signatures = new()
    {
        MapInboundClaims = false,
        MaximumTokenSizeInBytes = MaxTokenBytes,
    };

    /// <param name="options">The issuers and the cache's size.</param>
    /// <param name="loggers">For what happens to keys.</param>
    /// <param name="time">The clock for tokens and keys.</param>
    /// <param name="handlers">Makes the handler that asks an issuer; null for the network.</param>
    /// <param name="previous">Whose keys are taken over, for issuers that did not change; null for none.</param>
    /// <exception cref="ArgumentException">An issuer's options cannot be used.</exception>
    internal JwtTokenValidator(
        AuthenticationOptions options, ILoggerFactory loggers, TimeProvider time, Func<IssuerOptions, HttpMessageHandler>? handlers = null, JwtTokenValidator? previous = null)
    {
        var logger = loggers.CreateLogger<JwtTokenValidator>();
        var issuers = new Dictionary<string, (JwtIssuer, JwksCache, string)>(StringComparer.Ordinal);
        foreach (var one in options.Issuers)
        {
            var issuer = new JwtIssuer(one);
            if (issuers.ContainsKey(issuer.Name))
            {
                throw new ArgumentException($"Issuer {issuer.Name} is configured twice.", nameof(options));
            }

            if (one.DangerousAllowHttpOnLoopback)
            {
                Log.HttpAllowed(logger, issuer.Name);
            }

            var fingerprint = IssuerFingerprint.Of(one);
            if (previous?._issuers.TryGetValue(issuer.Name, out var known) == true && known.Fingerprint == fingerprint)
            {
                issuers.Add(issuer.Name, known);
                continue;
            }

            var handler = handlers?.Invoke(one) ?? GuardedHandler.Create(issuer.Addresses);
            issuers.Add(issuer.Name, (issuer, new JwksCache(issuer, handler, time, logger), fingerprint));
        }

        _issuers = issuers.ToFrozenDictionary(StringComparer.Ordinal);
        _cache = new TokenCache(options.TokenCacheSize, time);
        _time = time;
    }

    /// <summary>Whether every issuer's keys are at hand: readiness.</summary>
    internal bool HasAllKeys => _issuers.Values.All(static i => i.Keys.HasKeys);

    public ValueTask<TokenValidationResult> ValidateAsync(TokenValidationContext context, CancellationToken cancellationToken)
    {
        var token = context.Token.Utf8;
        if (!CompactToken.LooksLikeJwt(token))
        {
            return new(TokenValidationResult.NotApplicable);
        }

        if (token.Length > MaxTokenBytes)
        {
            return new(TokenValidationResult.Refused(TokenFailure.Malformed, "too long"));
        }

        var key = TokenKey.Of(context.Token);
        return _cache.TryGet(key, out var known) ? new(known) : ValidateAsync(key, context, cancellationToken);
    }

    /// <summary>Fetches the keys of all issuers that have none yet, so that the first login need not wait.</summary>
    internal Task PreloadKeysAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_issuers.Values.Select(i => i.Keys.PreloadAsync(cancellationToken)));

    public void Dispose() => DisposeExceptFor(null);

    /// <summary>Gives up the keys that <paramref name="successor"/> did not take over.</summary>
    internal void DisposeExceptFor(JwtTokenValidator? successor)
    {
        foreach (var (issuer, keys, _) in _issuers.Values)
        {
            if (successor?._issuers.TryGetValue(issuer.Name, out var taken) != true || taken.Keys != keys)
            {
                keys.Dispose();
            }
        }
    }

    private async ValueTask<TokenValidationResult> ValidateAsync(
        TokenKey cacheKey, TokenValidationContext context, CancellationToken cancellationToken)
    {
        // A signature takes long, and a loop has others to serve.
        await EventLoop.Leave();

        // What can be told without a key, and so without asking anybody.
        if (!CompactToken.TryParse(context.Token.Utf8, out var token, out var problem))
        {
            return problem.ToResult();
        }

        using var owned = token;
        if (!token.Payload.TryGetString("iss", out var name))
        {
            return TokenValidationResult.Refused(TokenFailure.InvalidClaim, "iss is missing or not a string");
        }

        if (!_issuers.TryGetValue(name, out var configured))
        {
            return TokenValidationResult.NotApplicable;
        }

        var (issuer, keys, _) = configured;
        if (!JoseHeader.TryRead(token.Header, token.Payload, issuer, out var header, out problem)
            || !TokenLifetime.TryRead(token.Payload, issuer.MaxTokenLifetime, _time.GetUtcNow(), out var lifetime, out problem)
            || !ClaimRules.TryRead(token.Payload, issuer, lifetime, out var claims, out problem))
        {
            return problem.ToResult();
        }

        if (!token.HasSignature)
        {
            return TokenValidationResult.Refused(TokenFailure.BadSignature, "the signature is empty");
        }

        if (!SenderConstraint.IsProven(token.Payload, context.Session.ClientCertificate))
        {
            return TokenValidationResult.Refused(TokenFailure.SenderNotProven, "cnf is not proven by the connection's client certificate");
        }

        // The key, the signature, the clock.
        var lookup = await keys.FindAsync(header.KeyId, cancellationToken).ConfigureAwait(false);
        (var isVerified, problem) = await VerifyAsync(context.Token, header, lookup).ConfigureAwait(false);
        if (!isVerified || !lookup.IsFound)
        {
            return problem.ToResult();
        }

        if (!lifetime.TryCheck(_time.GetUtcNow(), issuer.ClockSkew, out problem))
        {
            // The signature is right: the audit can say whose token it was.
            return TokenValidationResult.Refused(problem.Failure, problem.Detail, claims);
        }

        // A bound token's verdict depends on the connection, and the cache is keyed by the token alone.
        if (!SenderConstraint.IsPresent(token.Payload))
        {
            _cache.Add(cacheKey, claims, keys, lookup.Keys);
        }

        return TokenValidationResult.Valid(claims);
    }

    private async Task<(bool IsVerified, TokenProblem Problem)> VerifyAsync(AccessToken token, JoseHeader header, KeyLookup lookup)
    {
        if (!lookup.IsAvailable)
        {
            return (false, new TokenProblem(TokenFailure.IssuerUnavailable, "the issuer's keys are not available"));
        }

        if (!lookup.IsFound)
        {
            return (false, new TokenProblem(TokenFailure.UnknownKey, "the issuer has no key of this kid, or several"));
        }

        if (!lookup.Key.Algorithms.Contains(header.Algorithm, StringComparer.Ordinal))
        {
            return (false, new TokenProblem(TokenFailure.AlgorithmNotAllowed, "alg does not fit the key"));
        }

        if (lookup.Key.Parameters is not { } parameters)
        {
            return (false, new TokenProblem(TokenFailure.UnknownKey, "the key is unsound"));
        }

        // The library reports failure by value; its exception may quote the token, so nothing of it is passed on.
        var result = await _signatures.ValidateTokenAsync(token.Reveal(), parameters).ConfigureAwait(false);
        return (result.IsValid, new TokenProblem(TokenFailure.BadSignature, "the signature does not verify"));
    }
}
