using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using PgOAuth.Options;

namespace PgOAuth.Samples.Terminal.Commands;

/// <summary>Reads values of the command line; a wrong one throws <see cref="FormatException"/> with a sentence.</summary>
internal static class Arguments
{
    /// <summary>Reads the one value of an option; a wrong value becomes a parse error.</summary>
    public static T? Parse<T>(ArgumentResult result, Func<string, T> read)
    {
        return ParseAll(result, read) is [var value] ? value : default;
    }

    /// <summary>Reads every value of an option.</summary>
    public static T[] ParseAll<T>(ArgumentResult result, Func<string, T> read)
    {
        try
        {
            return [.. result.Tokens.Select(token => read(token.Value))];
        }
        catch (FormatException mistake)
        {
            var option = (result.Parent as OptionResult)?.IdentifierToken?.Value ?? result.Argument.Name;
            result.AddError($"{option}: {mistake.Message}");
            return [];
        }
    }

    /// <summary>HOST:PORT, with an IP address, localhost or *.</summary>
    public static string ListenAddress(string text)
    {
        var colon = text.LastIndexOf(':');
        var port = colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (port || text[..colon] is not ("*" or "localhost") && !IPAddress.TryParse(text[..colon], out _))
        {
            throw new FormatException($"\"{text}\" is not HOST:PORT; HOST is an IP address, localhost or *, and PORT is 0 to 65535.");
        }

        return text;
    }

    /// <summary>Whether a listen address is reached from this machine only.</summary>
    public static bool IsLoopback(string listen)
    {
        var host = listen[..listen.LastIndexOf(':')];
        return host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }

    public static string IssuerUrl(string text)
    {
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? text
            : throw new FormatException($"\"{text}\" is not a URL such as https://login.example.com/.");
    }

    /// <summary>CLAIM=VALUE:ROLE. The value may hold colons, as URNs and URLs do; the role cannot.</summary>
    public static RoleMapOptions RoleMap(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var colon = text.LastIndexOf(':');
        if (equals <= 0 || colon <= equals + 1 || colon == text.Length - 1)
        {
            throw new FormatException($"\"{text}\" is not CLAIM=VALUE:ROLE, such as groups=analysts:analyst.");
        }

        return new RoleMapOptions { Claim = text[..equals], Value = text[(equals + 1)..colon], Role = text[(colon + 1)..] };
    }

    public static TokenExchange? Exchange(string text)
    {
        return Choice<TokenExchange>(text, "password, oauthbearer or both");
    }

    public static TransportKind? Transport(string text)
    {
        return Choice<TransportKind>(text, "auto, loop or socket");
    }

    public static PoolMode? Pool(string text)
    {
        return Choice<PoolMode>(text, "none, session or transaction");
    }

    public static GateMode? Gate(string text)
    {
        return Choice<GateMode>(text, "off, observe or enforce");
    }

    /// <summary>A whole number above zero.</summary>
    public static int? Count(string text)
    {
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new FormatException($"\"{text}\" is not a whole number above zero.");
    }

    /// <summary>A number and s, m, h or d.</summary>
    public static TimeSpan Duration(string text)
    {
        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and <= 1_000_000)
        {
            switch (text[^1])
            {
                case 's':
                    return TimeSpan.FromSeconds(number);
                case 'm':
                    return TimeSpan.FromMinutes(number);
                case 'h':
                    return TimeSpan.FromHours(number);
                case 'd':
                    return TimeSpan.FromDays(number);
            }
        }

        throw new FormatException($"\"{text}\" is not a time such as 30s, 10m, 8h or 1d.");
    }

    private static T Choice<T>(string text, string choices)
        where T : struct, Enum
    {
        // By name only: the framework's parser also takes numbers and lists of names.
        return Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(text, ignoreCase: true)
            : throw new FormatException($"\"{text}\" is not {choices}.");
    }
}
