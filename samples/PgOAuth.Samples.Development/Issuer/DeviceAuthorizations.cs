using System.Security.Cryptography;

namespace PgOAuth.Samples.Development.Issuer;

/// <summary>The devices that wait for approval.</summary>
internal sealed class DeviceAuthorizations(TimeSpan interval, TimeProvider time)
{
    private const int MostPending = 1000;

    // Consonants only, so that no code spells a word (RFC 8628 section 6.1).
    private const string UserCodeAlphabet = "BCDFGHJKLMNPQRSTVWXZ";

    private static readonly TimeSpan SlowDownStep = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DeviceAuthorization> _byDeviceCode = [];

    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Begins an authorization; null when too many are waiting.</summary>
    public DeviceAuthorization? Begin(string clientId, IReadOnlyList<string> scopes)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            foreach (var expired in _byDeviceCode.Values.Where(each => each.ExpiresAt + Lifetime < now).ToArray())
            {
                _byDeviceCode.Remove(expired.DeviceCode);
            }

            if (_byDeviceCode.Count >= MostPending)
            {
                return null;
            }

            var authorization = new DeviceAuthorization
            {
                DeviceCode = RandomNumberGenerator.GetHexString(64, lowercase: true),
                UserCode = $"{RandomNumberGenerator.GetString(UserCodeAlphabet, 4)}-{RandomNumberGenerator.GetString(UserCodeAlphabet, 4)}",
                ClientId = clientId,
                Scopes = scopes,
                ExpiresAt = now + Lifetime,
                Interval = interval,
            };
            _byDeviceCode.Add(authorization.DeviceCode, authorization);
            return authorization;
        }
    }

    /// <summary>The undecided authorization a person typed the code of, in whatever case and with or without its hyphen.</summary>
    public DeviceAuthorization? FindUndecided(string? userCode)
    {
        var wanted = Normalize(userCode);
        lock (_lock)
        {
            return _byDeviceCode.Values.FirstOrDefault(
                each => !each.IsDecided && each.ExpiresAt > time.GetUtcNow() && Normalize(each.UserCode) == wanted);
        }
    }

    /// <summary>Records the person's decision; null denies.</summary>
    /// <returns>False when somebody decided before.</returns>
    public bool Decide(DeviceAuthorization authorization, DevelopmentPerson? person)
    {
        lock (_lock)
        {
            if (authorization.IsDecided)
            {
                return false;
            }

            authorization.IsDecided = true;
            authorization.Person = person;
            return true;
        }
    }

    /// <summary>Answers a device. A decided authorization is answered once.</summary>
    public DevicePollOutcome Poll(string? deviceCode, string? clientId, out DeviceAuthorization? authorization)
    {
        lock (_lock)
        {
            if (deviceCode is null || !_byDeviceCode.TryGetValue(deviceCode, out authorization) || authorization.ClientId != clientId)
            {
                authorization = null;
                return DevicePollOutcome.Unknown;
            }

            var now = time.GetUtcNow();
            if (now >= authorization.ExpiresAt)
            {
                return DevicePollOutcome.Expired;
            }

            // Half an interval of tolerance: both sides' timers are coarse, and only a device that ignores the interval is meant.
            var tooSoon = now - authorization.LastPoll < authorization.Interval / 2;
            authorization.LastPoll = now;
            if (tooSoon)
            {
                authorization.Interval += SlowDownStep;
                return DevicePollOutcome.SlowDown;
            }

            if (!authorization.IsDecided)
            {
                return DevicePollOutcome.Pending;
            }

            _byDeviceCode.Remove(deviceCode);
            return authorization.Person is null ? DevicePollOutcome.Denied : DevicePollOutcome.Approved;
        }
    }

    private static string Normalize(string? userCode)
    {
        return string.Concat((userCode ?? string.Empty).Where(char.IsAsciiLetter)).ToUpperInvariant();
    }
}
