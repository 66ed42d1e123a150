using System.Reflection;
using PgOAuth.Options;

namespace PgOAuth.Configuration;

/// <summary>One setting that can be written in a configuration: its path, with <c>N</c> and <c>NAME</c> for positions and names.</summary>
internal sealed record OptionLeaf(string Path, Type Type, Func<PgOAuthProxyOptions, object?> Get)
{
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>All settings, found by reflection, so that a new option cannot be forgotten.</summary>
    internal static IReadOnlyList<OptionLeaf> All { get; } = [.. Of(typeof(PgOAuthProxyOptions), "", static options => options)];

    /// <summary>The path in a section with one entry in each list and dictionary.</summary>
    internal string Key => string.Join(':', Path.Split(':').Select(static part => part switch { "N" => "0", "NAME" => "main", _ => part }));

    private static IEnumerable<OptionLeaf> Of(Type type, string prefix, Func<PgOAuthProxyOptions, object?> get)
    {
        foreach (var property in type.GetProperties(Members))
        {
            object? Value(PgOAuthProxyOptions options) => property.GetValue(get(options));
            var path = prefix + property.Name;
            var definition = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericTypeDefinition() : null;
            if (definition == typeof(IList<>))
            {
                var item = property.PropertyType.GetGenericArguments()[0];
                object? First(PgOAuthProxyOptions options) => ((System.Collections.IList)Value(options)!)[0];
                foreach (var leaf in item == typeof(string) ? [new OptionLeaf($"{path}:N", item, First)] : Of(item, $"{path}:N:", First))
                {
                    yield return leaf;
                }
            }
            else if (definition == typeof(IDictionary<,>))
            {
                object? Entry(PgOAuthProxyOptions options) => ((System.Collections.IDictionary)Value(options)!)["main"];
                object? FirstOfEntry(PgOAuthProxyOptions options) => ((System.Collections.IList)Entry(options)!)[0];
                foreach (var leaf in property.PropertyType.GetGenericArguments()[1] == typeof(IList<string>)
                    ? [new OptionLeaf($"{path}:NAME:N", typeof(string), FirstOfEntry)]
                    : Of(property.PropertyType.GetGenericArguments()[1], $"{path}:NAME:", Entry))
                {
                    yield return leaf;
                }
            }
            else if (property.PropertyType.IsClass && property.PropertyType != typeof(string))
            {
                foreach (var leaf in Of(property.PropertyType, path + ":", Value))
                {
                    yield return leaf;
                }
            }
            else
            {
                yield return new OptionLeaf(path, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, Value);
            }
        }
    }
}
