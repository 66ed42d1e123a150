using System.Security.Cryptography;
using PgOAuth.Enforcement.Policy;

namespace PgOAuth.Options;

/// <summary>The policy that the settings mean: the one in them, or that of the file they name.</summary>
/// <param name="Options">The rules, without mistakes.</param>
/// <param name="File">The file they were read from; null when there is none.</param>
/// <param name="Fingerprint">The SHA-256 of what the file held; null when there is none.</param>
internal sealed record LoadedPolicy(StatementPolicyOptions Options, string? File, string? Fingerprint)
{
    /// <summary>More is no policy that anybody wrote, and would be held in memory whole.</summary>
    internal const int MaxFileBytes = 16 * 1024 * 1024;

    private const string Path = "Enforcement:PolicyFile";

    /// <summary>Reads the file, if one is named; null when it has mistakes, which are added. Those of the policy in the settings are found by the validator.</summary>
    internal static LoadedPolicy? Load(EnforcementOptions options, List<string> mistakes)
    {
        if (options.PolicyFile is not { } file)
        {
            return new LoadedPolicy(options.Policy, null, null);
        }

        if (TryRead(file, out var mistake) is not { } json)
        {
            mistakes.Add($"{Path}: {mistake}");
            return null;
        }

        var found = PolicyFileReader.Read(json, out var policy);
        mistakes.AddRange(found.Select(one => $"{Path}: {file}: {one}"));
        return found.Count == 0 ? new LoadedPolicy(policy, file, FingerprintOf(json)) : null;
    }

    /// <summary>What the file holds now, to compare; null when it cannot be read.</summary>
    internal static string? FingerprintOf(string file) => TryRead(file, out _) is { } json ? FingerprintOf(json) : null;

    private static string FingerprintOf(byte[] json) => Convert.ToHexString(SHA256.HashData(json));

    private static byte[]? TryRead(string file, out string? mistake)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            mistake = stream.Length > MaxFileBytes ? $"\"{file}\" is larger than {MaxFileBytes / 1024 / 1024} MiB." : null;
            if (mistake is not null)
            {
                return null;
            }

            var json = new byte[stream.Length];
            stream.ReadExactly(json);
            return json;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            mistake = $"there is no file \"{file}\".";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            mistake = $"\"{file}\" cannot be read: {error.Message}";
        }

        return null;
    }
}
