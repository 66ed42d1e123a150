using System.Reflection;
using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using Xunit;

namespace PgOAuth.Diagnostics;

public sealed class PgOAuthEventIdsTests
{
    private static readonly FieldInfo[] Ids = typeof(PgOAuthEventIds).GetFields(BindingFlags.Public | BindingFlags.Static);

    [Fact]
    public void EventIds_AreUniqueAndInAStagesRange()
    {
        var values = Ids.Select(static field => (int)field.GetRawConstantValue()!).ToList();

        Assert.Equal(values.Count, values.Distinct().Count());
        Assert.All(values, static value => Assert.InRange(value, 1000, 10_999));
    }

    [Fact]
    public void LogMethods_EachHaveAnIdAndItsName()
    {
        var methods = typeof(PgOAuthEventIds).Assembly.GetType("PgOAuth.Diagnostics.Log")!
            .GetMethods(BindingFlags.NonPublic | BindingFlags.Static)
            .Select(static method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .ToList();

        Assert.NotEmpty(methods);
        foreach (var message in methods)
        {
            var field = Assert.Single(Ids, field => (int)field.GetRawConstantValue()! == message.EventId);
            Assert.Equal(field.Name, message.EventName);
        }

        // From 10,000 on they are those of PgOAuth.Hosting, which has this test too.
        Assert.Equal(Ids.Count(static field => (int)field.GetRawConstantValue()! < 10_000), methods.Select(static message => message.EventId).Distinct().Count());
    }
}
