using System.Collections;
using System.Reflection;
using PgOAuth.Authentication.Jwt;
using PgOAuth.Options;
using PgOAuth.Upstream;
using Xunit;

namespace PgOAuth.Operations;

/// <summary>A setting that a fingerprint forgot would be ignored by a reload.</summary>
public sealed class FingerprintTests
{
    /// <summary>Read at each login, so a connection that exists does not depend on them.</summary>
    private static readonly string[] OfLoginsOnly = ["Password", "PasswordFile", "ClientCertificate.Password"];

    [Fact]
    public void E12_IssuerFingerprint_ChangesWithEverySetting() =>
        AssertEveryChangeShows(static () => new IssuerOptions(), IssuerFingerprint.Of);

    [Fact]
    public void E12_ServerFingerprint_ChangesWithEverySettingOfAConnection() =>
        AssertEveryChangeShows(static () => new UpstreamServerOptions(), ServerFingerprint.Of);

    private static void AssertEveryChangeShows<T>(Func<T> create, Func<T, string> fingerprint)
        where T : class
    {
        var plain = fingerprint(create());
        Assert.Equal(plain, fingerprint(create()));
        foreach (var path in Paths(typeof(T), "").Except(OfLoginsOnly))
        {
            var options = create();
            Change(options, path);
            Assert.True(plain != fingerprint(options), path);
        }
    }

    private static IEnumerable<string> Paths(Type type, string prefix) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(property =>
            property.PropertyType == typeof(CertificateOptions) ? Paths(property.PropertyType, prefix + property.Name + ".") : [prefix + property.Name]);

    private static void Change(object options, string path)
    {
        var names = path.Split('.');
        if (names.Length == 2)
        {
            options = options.GetType().GetProperty(names[0])!.GetValue(options)!;
        }

        var property = options.GetType().GetProperty(names[^1])!;
        var value = property.GetValue(options);
        switch (value)
        {
            case IList list:
                list.Add("x");
                break;
            default:
                property.SetValue(options, Other(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, value));
                break;
        }
    }

    private static object Other(Type type, object? value) => value switch
    {
        bool flag => !flag,
        int number => number + 1,
        TimeSpan time => time + TimeSpan.FromTicks(1),
        _ when type.IsEnum => Enum.GetValues(type).Cast<object>().First(one => !one.Equals(value)),
        _ => "x",
    };
}
