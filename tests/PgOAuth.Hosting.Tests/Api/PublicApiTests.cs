using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace PgOAuth.Api;

/// <summary>
/// The public API is what api/*.txt says: a change of it is a decision, seen in review. After one, run the tests with
/// <c>PGOAUTH_REWRITE_API=1</c> and commit the files.
/// </summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Packages => ["PgOAuth.Core", "PgOAuth.Hosting"];

    [Theory]
    [MemberData(nameof(Packages))]
    public void PublicApi_IsTheOneInTheFile(string package)
    {
        var assembly = package == "PgOAuth.Core" ? typeof(PgOAuthProxy).Assembly : typeof(IPgOAuthProxyBuilder).Assembly;
        Assert.Equal(package, assembly.GetName().Name);
        var path = RepositoryFiles.PathOf($"api/{package}.txt");
        var actual = PublicApiText.Of(assembly);
        if (Environment.GetEnvironmentVariable("PGOAUTH_REWRITE_API") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual, ignoreLineEndingDifferences: true);
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void PublicTypes_AreSealedStaticOrInterfaces(string package)
    {
        var assembly = package == "PgOAuth.Core" ? typeof(PgOAuthProxy).Assembly : typeof(IPgOAuthProxyBuilder).Assembly;

        Assert.DoesNotContain(assembly.GetExportedTypes(), static type => type.IsClass && !type.IsSealed);
    }
}
